/**
 * Blocked matrix products and convolutions, written once for all arithmetics and both twins. A product is cut into cells
 * of rows and columns; a twin supplies only the {@code Tile} that adds {@code left * right} to one cell.
 */
@org.jspecify.annotations.NullMarked
package io.tacit.kernel.tile;
