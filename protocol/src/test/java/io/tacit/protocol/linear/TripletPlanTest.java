package io.tacit.protocol.linear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tacit.crypto.channel.LimitExceeded;
import io.tacit.crypto.lattice.SecurityLevel;
import io.tacit.kernel.ConvolutionGeometry;
import java.util.List;
import org.junit.jupiter.api.Test;

class TripletPlanTest {
    private static List<LinearShape> shapes(List<ConvolutionGeometry> layers, int ringBits) {
        return layers.stream().map(layer -> new LinearShape(layer, ringBits)).toList();
    }

    @Test
    void securityGrowsWithTheValuesOfAQuery() {
        assertThat(TripletPlan.statisticalBits(List.of(new LinearShape(ConvolutionGeometry.dense(10, 1), 20))))
                .isEqualTo(41); // rounded up from two values, one of them spare
        assertThat(TripletPlan.statisticalBits(List.of(new LinearShape(ConvolutionGeometry.dense(10, 1023), 20))))
                .isEqualTo(50);
        assertThat(TripletPlan.statisticalBits(List.of(new LinearShape(ConvolutionGeometry.dense(10, 1024), 20))))
                .isEqualTo(51);
        assertThat(TripletPlan.statisticalBits(shapes(LayerShapes.c1(), 20))).isEqualTo(40 + 18);
    }

    @Test
    void oneRingCarriesEveryLayerOfTheNetworks() {
        for (List<ConvolutionGeometry> network :
                List.of(LayerShapes.m1(), LayerShapes.c1(), LayerShapes.squeezeNet(), LayerShapes.resnet50())) {
            List<LinearShape> shapes = shapes(network, 24);
            TripletPlan plan = new TripletPlan(shapes, SecurityLevel.STANDARD, PackingGoal.BALANCED);
            assertThat(plan.ring().degree()).isEqualTo(8192);
            assertThat(plan.ring().limbs()).isEqualTo(3);
            for (LinearShape shape : shapes) {
                LayerPlan layer = plan.layer(shape, 1);
                assertThat(layer.packing().weightsPerResult())
                        .isLessThanOrEqualTo(layer.choice().noise().terms());
                assertThat(layer.traffic().bytesSent()).isEqualTo(layer.bytesOfInputs() + layer.bytesOfResults());
                assertThat(plan.layer(shape, 1)).isSameAs(layer);
            }
        }
    }

    @Test
    void bothPartiesMakeTheSamePlan() {
        List<LinearShape> shapes = shapes(LayerShapes.resnet20(), 21);
        TripletPlan one = new TripletPlan(shapes, SecurityLevel.STANDARD, PackingGoal.FEWEST_BYTES);
        TripletPlan other = new TripletPlan(shapes, SecurityLevel.STANDARD, PackingGoal.FEWEST_BYTES);
        assertThat(one.ring()).isEqualTo(other.ring());
        for (LinearShape shape : shapes) {
            assertThat(one.layer(shape, 7).packing().choice())
                    .isEqualTo(other.layer(shape, 7).packing().choice());
        }
    }

    @Test
    void wideRingsTakeALargerDegreeUntilNoneCarriesThem() {
        ConvolutionGeometry geometry = ConvolutionGeometry.square(64, 32, 64, 3, 1, 1);
        TripletPlan wide =
                new TripletPlan(List.of(new LinearShape(geometry, 50)), SecurityLevel.STANDARD, PackingGoal.BALANCED);
        assertThat(wide.ring().modulus().bitLength()).isGreaterThan(150);
        int most = TripletPlan.mostRingBits(
                SecurityLevel.STANDARD,
                geometry.taps(),
                TripletPlan.statisticalBits(List.of(new LinearShape(geometry, 62))));
        assertThat(most).isGreaterThanOrEqualTo(50);
        assertThatThrownBy(() -> new TripletPlan(
                        List.of(new LinearShape(geometry, 62)), SecurityLevel.STANDARD, PackingGoal.BALANCED))
                .isInstanceOf(LimitExceeded.class)
                .hasMessageContaining("62 bits")
                .hasMessageContaining("carry at most " + most + " bits");
        TripletPlan widest =
                new TripletPlan(List.of(new LinearShape(geometry, most)), SecurityLevel.STANDARD, PackingGoal.BALANCED);
        assertThat(widest.layer(new LinearShape(geometry, most), 1).packing().weightsPerResult())
                .isGreaterThanOrEqualTo(geometry.taps());
        assertThatThrownBy(() -> new TripletPlan(
                        List.of(new LinearShape(geometry, most + 1)), SecurityLevel.STANDARD, PackingGoal.BALANCED))
                .isInstanceOf(LimitExceeded.class);
    }

    @Test
    void aLayerTheRingWasNotMadeForIsRefused() {
        TripletPlan plan = new TripletPlan(
                List.of(new LinearShape(ConvolutionGeometry.dense(10, 10), 20)),
                SecurityLevel.STANDARD,
                PackingGoal.BALANCED);
        assertThatThrownBy(() -> plan.layer(new LinearShape(ConvolutionGeometry.dense(10, 10), 53), 1))
                .isInstanceOf(LimitExceeded.class)
                .hasMessageContaining("53");
    }

    @Test
    void inputsInMemoryAreBounded() {
        LinearShape shape = new LinearShape(ConvolutionGeometry.square(64, 112, 64, 3, 1, 1), 24);
        TripletPlan plan = new TripletPlan(List.of(shape), SecurityLevel.STANDARD, PackingGoal.BALANCED);
        LayerPlan layer = plan.layer(shape, 16);
        assertThat(layer.windows()).isGreaterThan(1);
        long bytes = 2L * layer.groupsPerWindow() * layer.packing().planeBlocks() * 3 * 8192 * 8;
        assertThat(bytes).isLessThanOrEqualTo(96L << 20);
        assertThat(layer.firstGroup(layer.windows())).isEqualTo(layer.packing().itemGroups());
    }
}
