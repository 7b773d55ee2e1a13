package io.tacit.protocol.privdnn;

/** The owner's half of the encrypted part: it holds the key. Thread-safe. */
public interface CoreDecryption {

    /** Bytes of every ciphertext that comes from the user. */
    int returnBytes();

    /**
     * Decrypts what a user returned.
     *
     * @param prime index of the plaintext prime
     * @param returned a ciphertext, hostile bytes
     * @param images of the batch
     * @param out receives the residues modulo the prime of the images' values
     * @param peer who sent it, for messages
     * @throws io.tacit.crypto.channel.ProtocolAbort if it is not well formed
     */
    void decrypt(int prime, byte[] returned, int images, int[] out, String peer);
}
