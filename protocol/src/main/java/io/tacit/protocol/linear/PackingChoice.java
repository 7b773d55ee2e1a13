package io.tacit.protocol.linear;

/**
 * The free numbers of a packing. The product of the last three with the length of a plane is at most the degree.
 *
 * @param tileRows output rows of a tile
 * @param tileColumns output columns of a tile
 * @param planes input planes in one polynomial (a plane is a channel, or one phase of a channel under a stride)
 * @param items tiles, of the same query or of several, in one input polynomial
 * @param outputs output channels in one result polynomial
 */
public record PackingChoice(int tileRows, int tileColumns, int planes, int items, int outputs) {

    /** @throws IllegalArgumentException if a number is below 1 */
    public PackingChoice {
        if (tileRows < 1 || tileColumns < 1 || planes < 1 || items < 1 || outputs < 1) {
            throw new IllegalArgumentException("a packing of nothing");
        }
    }
}
