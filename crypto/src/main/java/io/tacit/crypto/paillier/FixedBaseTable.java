package io.tacit.crypto.paillier;

import io.tacit.kernel.Montgomery;
import java.util.Arrays;

/**
 * Powers of one base: for each window of the exponent's bits, the base to each digit at that place, so that a power is one
 * product a window (Brickell, Gordon, McCurley, Wilson, EUROCRYPT 1992). The operations depend on lengths only, the addresses
 * read on the exponents' digits: each exponent is used once.
 */
final class FixedBaseTable implements AutoCloseable {
    private final Montgomery ring;
    private final int windowBits;
    private final int windows;
    private final int exponentBytes;
    private final long[] table;

    /**
     * @param base one residue in Montgomery form
     * @param exponentBits longest exponent
     * @param windowBits 1 to 8
     */
    FixedBaseTable(MontgomeryForm form, long[] base, int exponentBits, int windowBits) {
        this.ring = form.ring();
        this.windowBits = windowBits;
        this.windows = (exponentBits + windowBits - 1) / windowBits;
        this.exponentBytes = (exponentBits + Byte.SIZE - 1) / Byte.SIZE;
        int digits = 1 << windowBits;
        table = form.ones(Math.multiplyExact(windows, digits));
        int longs = ring.longs();
        long[] unit = base.clone();
        int[] first = {0};
        for (int w = 0; w < windows; w++) {
            System.arraycopy(unit, 0, table, (w * digits + 1) * longs, longs);
            ring.square(unit, first, windowBits, unit, first, 1);
        }
        Arrays.fill(unit, 0);
        int[] units = new int[windows];
        int[] from = new int[windows];
        int[] to = new int[windows];
        for (int digit = 2; digit < digits; digit++) {
            for (int w = 0; w < windows; w++) {
                units[w] = w * digits + 1;
                from[w] = w * digits + digit - 1;
                to[w] = w * digits + digit;
            }
            ring.multiply(table, from, table, units, table, to, windows);
        }
    }

    /** Bytes of an exponent. */
    int exponentBytes() {
        return exponentBytes;
    }

    /** Powers to {@code count} exponents that lie one after the other, little-endian, in Montgomery form. */
    long[] powers(byte[] exponents, int count) {
        int longs = ring.longs();
        long[] powers = new long[count * longs];
        int[] all = MontgomeryForm.range(0, count);
        int[] entries = new int[count];
        for (int i = 0; i < count; i++) {
            System.arraycopy(table, digit(exponents, i, 0) * longs, powers, i * longs, longs);
        }
        for (int w = 1; w < windows; w++) {
            for (int i = 0; i < count; i++) {
                entries[i] = (w << windowBits) + digit(exponents, i, w);
            }
            ring.multiply(powers, all, table, entries, powers, all, count);
        }
        Arrays.fill(entries, 0);
        return powers;
    }

    private int digit(byte[] exponents, int index, int window) {
        int bit = window * windowBits;
        int at = bit / Byte.SIZE;
        int start = index * exponentBytes;
        int low = exponents[start + at] & 0xff;
        int high = at + 1 < exponentBytes ? exponents[start + at + 1] & 0xff : 0;
        return (low | high << Byte.SIZE) >>> bit % Byte.SIZE & (1 << windowBits) - 1;
    }

    /** Overwrites the table. */
    @Override
    public void close() {
        Arrays.fill(table, 0);
    }
}
