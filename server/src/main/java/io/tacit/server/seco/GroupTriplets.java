package io.tacit.server.seco;

import io.tacit.crypto.channel.Channel;
import io.tacit.crypto.lattice.multiparty.MemoryShareLedger;
import io.tacit.crypto.share.RingVector;
import io.tacit.protocol.linear.GroupKeys;
import io.tacit.protocol.linear.HolderTriplets;
import io.tacit.protocol.linear.LinearShape;
import io.tacit.protocol.linear.ReceiverTriplets;
import io.tacit.protocol.linear.TripletSource;
import java.util.List;

/**
 * One server's end of the preparation of linear layers, with keys that all servers make at its beginning and that exist in
 * memory only, for this session: so does the record of the shares of key switching that were made under them.
 */
final class GroupTriplets implements TripletSource {
    private final GroupKeys keys;
    private final TripletSource source;

    private GroupTriplets(GroupKeys keys, TripletSource source) {
        this.keys = keys;
        this.source = source;
    }

    /** The gateway's end. @param holders channels to all other servers, in their order */
    static GroupTriplets atGateway(List<Channel> holders, SecoParts parts) {
        GroupKeys keys =
                GroupKeys.makeAtReceiver(holders, parts.plan().restProducts().ring(), parts.random());
        return new GroupTriplets(
                keys,
                new ReceiverTriplets(
                        holders,
                        parts.plan().restProducts(),
                        keys.share(),
                        keys.open(),
                        parts.workers(),
                        parts.random()));
    }

    /** Another server's end. */
    static GroupTriplets atServer(Channel gateway, SecoParts parts) {
        GroupKeys keys = GroupKeys.makeAtHolder(
                gateway, parts.plan().servers(), parts.plan().restProducts().ring(), parts.random());
        return new GroupTriplets(
                keys,
                new HolderTriplets(
                        gateway,
                        parts.plan().restProducts(),
                        keys.share(),
                        keys.open(),
                        new MemoryShareLedger(),
                        parts.workers(),
                        parts.random()));
    }

    @Override
    public RingVector[] products(LinearShape shape, RingVector weightShare, RingVector[] maskShares) {
        return source.products(shape, weightShare, maskShares);
    }

    @Override
    public void products(List<LinearShape> shapes, int queries, Layers layers) {
        source.products(shapes, queries, layers);
    }

    @Override
    public void close() {
        source.close();
        keys.close();
    }
}
