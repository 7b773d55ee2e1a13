package io.tacit.model.quant;

import static org.assertj.core.api.Assertions.assertThat;

import io.tacit.kernel.Workers;
import io.tacit.model.data.InputSet;
import io.tacit.model.graph.FloatGraph;
import io.tacit.model.integer.Preprocessing;
import io.tacit.model.integer.Provenance;
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
}
