package io.tacit.server.doctor;

/**
 * Outcome of one check.
 *
 * @param check what was looked at, such as {@code certificate} or {@code cloud-1}
 * @param ok whether it is as it should be
 * @param detail what was found, in one line
 * @param remedy which side must change what; empty if nothing
 */
public record Finding(String check, boolean ok, String detail, String remedy) {
    static Finding good(String check, String detail) {
        return new Finding(check, true, detail, "");
    }

    static Finding bad(String check, String detail, String remedy) {
        return new Finding(check, false, detail, remedy);
    }
}
