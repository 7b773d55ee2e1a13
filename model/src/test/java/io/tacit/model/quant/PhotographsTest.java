package io.tacit.model.quant;

import static org.assertj.core.api.Assertions.assertThat;

import io.tacit.kernel.Workers;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** ImageNet networks on photographs they were not calibrated with: the integer network names what the float network names. */
@Tag("slow")
class PhotographsTest {

    @ParameterizedTest
    @ValueSource(strings = {Photographs.SQUEEZENET, Photographs.MOBILENET})
    void integerNetworksNameWhatFloatNetworksName(String name) {
        Photographs.HeldOut result = new Photographs(name, Workers.NONE).judge(QuantizerOptions.DEFAULT);
        System.out.printf(
                Locale.ROOT,
                "%-32s %d of %d photographs agree, 8-bit weights and activations, accumulators of at most %d bits;"
                        + " two networks quantised in %.1f s%n",
                name,
                result.agreeing(),
                result.photographs(),
                result.widestBits(),
                result.seconds());
        assertThat(result.photographs()).isEqualTo(14);
        assertThat(result.agreeing()).isGreaterThanOrEqualTo(12);
    }
}
