package io.tacit.protocol.material;

/**
 * What a piece of material is good for: protocol, model and size in one word, such as
 * {@code securenets-0f3a91c2d4e5b6a7-32}. A piece is never used for another kind than it was made for.
 *
 * @param word 1 to 64 of the characters a-z, 0-9 and hyphen
 */
public record MaterialKind(String word) {

    public MaterialKind {
        if (!word.matches("[a-z0-9-]{1,64}")) {
            throw new IllegalArgumentException("not a kind of material: " + word);
        }
    }

    @Override
    public String toString() {
        return word;
    }
}
