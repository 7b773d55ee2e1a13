package io.tacit.protocol.privdnn;

/** The owner's decryption of what the user returns. */
public interface CoreDecryption {

    /** Bytes of one returned ciphertext. */
    int returnBytes();

    /**
     * Residues modulo one plaintext prime, 0 .. t - 1, of the first images. Thread-safe.
     *
     * @param out at least {@code images} places
     * @param peer role of the sender, for messages
     * @throws io.tacit.crypto.channel.ProtocolAbort if the bytes are no ciphertext of the lowest level
     */
    void decrypt(int prime, byte[] returned, int images, int[] out, String peer);
}
