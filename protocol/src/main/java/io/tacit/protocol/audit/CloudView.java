package io.tacit.protocol.audit;

/** One cloud of a running session: gives what it receives when the user asks for the labels of some pictures. */
@FunctionalInterface
interface CloudView {

    /**
     * What the cloud receives for the first layer, all rounds side by side: one column an image, in the order of arrival.
     * Each call is a session of its own, with masks or pads of its own.
     */
    ResidueMatrix send(GreyImages images);
}
