package io.tacit.crypto.lattice.multiparty;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** A ledger for key shares that do not outlive the process. */
public final class MemoryShareLedger implements ShareLedger {
    private final ConcurrentMap<String, byte[]> requests = new ConcurrentHashMap<>();

    @Override
    public boolean enter(byte[] ciphertext, byte[] request) {
        byte[] before = requests.putIfAbsent(HexFormat.of().formatHex(ciphertext), request.clone());
        return before == null || Arrays.equals(before, request);
    }
}
