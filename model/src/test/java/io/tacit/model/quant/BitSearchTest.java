package io.tacit.model.quant;

import static org.assertj.core.api.Assertions.assertThat;

import io.tacit.kernel.ConvolutionGeometry;
import io.tacit.kernel.Workers;
import io.tacit.model.data.InputSet;
import io.tacit.model.graph.FloatGraph;
import io.tacit.model.integer.IntegerNetwork;
import io.tacit.model.integer.Preprocessing;
import io.tacit.model.integer.Provenance;
import io.tacit.model.integer.Range;
import io.tacit.model.integer.Step;
import io.tacit.model.integer.TensorShape;
import java.util.List;
import org.junit.jupiter.api.Test;

class BitSearchTest {

    private static BitSearch.Result search(double allowedLoss) {
        FloatGraph graph = FloatNetworks.chain(21);
        Preprocessing reads = FloatNetworks.preprocessing();
        InputSet inputs = FloatNetworks.images(200, 21);
        InputSet judged = inputs.part(50, 150);
        Quantizer quantizer = new Quantizer(graph, reads, inputs.part(0, 50), Provenance.NONE, Workers.NONE);
        FloatScores reference = FloatScores.of(graph, reads, judged, Workers.NONE);
        return new BitSearch(quantizer, judged, reference, Workers.NONE).search(QuantizerOptions.DEFAULT, allowedLoss);
    }

    @Test
    void takesFewerBitsWhereMoreLossIsAllowed() {
        BitSearch.Result strict = search(1);
        BitSearch.Result loose = search(30);
        assertThat(strict.goodEnough()).isTrue();
        assertThat(strict.chosen().evaluation().agreement()).isGreaterThanOrEqualTo(99);
        assertThat(loose.chosen().evaluation().agreement()).isGreaterThanOrEqualTo(70);
        QuantizerOptions many = strict.chosen().options();
        QuantizerOptions few = loose.chosen().options();
        assertThat(few.weightBits() + few.activationBits()).isLessThan(many.weightBits() + many.activationBits());
        assertThat(loose.trials()).contains(loose.chosen());
    }

    @Test
    void saysWhenNoBitsSuffice() {
        assertThat(search(-1).goodEnough()).isFalse();
    }

    @Test
    void namesProtocolAndLayerBeyondALimit() {
        Step input = new Step.Input("in", TensorShape.vector(1), Range.of(0, 255));
        Step.Linear wide = new Step.Linear(
                "wide", 0, ConvolutionGeometry.dense(1, 1), new int[] {127}, new long[] {1L << 33}, Range.of(0, 0));
        IntegerNetwork network =
                new IntegerNetwork("n", FloatNetworks.preprocessing(), List.of(input, wide), 1).withProvenRanges();
        assertThat(ProtocolLimit.refusals(network))
                .singleElement()
                .asString()
                .contains("2^31-1", "2^30", "wide (34 bits)");
    }
}
