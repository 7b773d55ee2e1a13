package io.tacit.protocol.linear;

import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.crypto.share.RingVector;
import io.tacit.kernel.Workers;

/** The shares of the one layer of a call. */
final class OneLayer implements TripletSource.Layers {
    private final RingVector weightShare;
    private final RingVector[] maskShares;
    private RingVector[] products = {};

    OneLayer(RingVector weightShare, RingVector[] maskShares) {
        this.weightShare = weightShare;
        this.maskShares = maskShares;
    }

    @Override
    public RingVector weightShare(int layer) {
        return weightShare;
    }

    @Override
    public RingVector[] maskShares(int layer) {
        return maskShares;
    }

    @Override
    public void take(int layer, RingVector[] shares) {
        products = shares;
    }

    /** Ends the work. @return this party's shares, one a query */
    RingVector[] finish(LayerWork work, Workers workers) {
        try {
            work.finish(workers);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ProtocolAbort("this party", "linear layer", AbortReason.CANCELLED);
        }
        return products;
    }
}
