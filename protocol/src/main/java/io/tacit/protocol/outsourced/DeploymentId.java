package io.tacit.protocol.outsourced;

import io.tacit.protocol.material.MaterialKind;
import java.util.HexFormat;

/**
 * Name of one sharing of one network, drawn by its owner: material that was prepared with other shares is of no use. Not
 * secret.
 *
 * @param hex 32 lower-case hexadecimal digits
 */
record DeploymentId(String hex) {
    static final int BYTES = 16;

    DeploymentId {
        if (!hex.matches("[0-9a-f]{32}")) {
            throw new IllegalArgumentException("not a deployment id");
        }
    }

    static DeploymentId of(byte[] bytes, int offset) {
        return new DeploymentId(HexFormat.of().formatHex(bytes, offset, offset + BYTES));
    }

    byte[] bytes() {
        return HexFormat.of().parseHex(hex);
    }

    /** Seeds and product shares at the garbler. */
    MaterialKind garblerKind() {
        return new MaterialKind("outsourced-" + hex + "-garbler");
    }

    /** Labels and tables at the evaluator. */
    MaterialKind tablesKind() {
        return new MaterialKind("outsourced-" + hex + "-tables");
    }

    /** Product shares at the evaluator. */
    MaterialKind productsKind() {
        return new MaterialKind("outsourced-" + hex + "-products");
    }
}
