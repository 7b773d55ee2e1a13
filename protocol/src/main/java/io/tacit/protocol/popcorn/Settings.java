package io.tacit.protocol.popcorn;

import io.tacit.crypto.ot.Extension;
import io.tacit.crypto.paillier.KeyLength;
import io.tacit.protocol.plan.Disclosure;

/**
 * What is chosen for a network. The same for both parties.
 *
 * @param mode how activations are hidden from the client
 * @param keyLength of the client's key
 * @param disclosure what the client learns
 * @param images images that travel in the slots of one ciphertext, at least 1
 * @param extension how labels of the client's inputs are transferred
 */
public record Settings(Mode mode, KeyLength keyLength, Disclosure disclosure, int images, Extension extension) {

    public Settings {
        if (images < 1) {
            throw new IllegalArgumentException("images = " + images + " is below 1");
        }
    }

    /** The same for another number of images in a ciphertext. */
    public Settings withImages(int number) {
        return new Settings(mode, keyLength, disclosure, number, extension);
    }

    /** With the usual extension. */
    public static Settings of(Mode mode, KeyLength keyLength, Disclosure disclosure, int images) {
        return new Settings(mode, keyLength, disclosure, images, Extension.SOFTSPOKEN_4);
    }
}
