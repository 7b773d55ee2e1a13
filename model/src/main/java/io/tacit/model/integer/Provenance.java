package io.tacit.model.integer;

import java.util.List;

/**
 * Where a quantised network came from. Part of its file and so of its hash.
 *
 * @param sourceName file name of the float network, without folder; empty if there was none
 * @param sourceSha256 SHA-256 of that file in lower-case hexadecimal; empty if there was none
 * @param settings what the quantiser was told and what it chose, as {@code key=value}
 */
public record Provenance(String sourceName, String sourceSha256, List<String> settings) {

    /** Of a network that was made by hand. */
    public static final Provenance NONE = new Provenance("", "", List.of());

    public Provenance {
        settings = List.copyOf(settings);
        if (!sourceSha256.isEmpty() && !sourceSha256.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("not a SHA-256 in hexadecimal: " + sourceSha256);
        }
    }
}
