package io.tacit.kernel.provider;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

class KernelsTest {

    static boolean vectorModuleIsThere() {
        return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    }

    static boolean vectorModuleIsAbsent() {
        return !vectorModuleIsThere();
    }

    @Test
    void theActiveKernelsAreChosenOnce() {
        assertThat(Kernels.active()).isSameAs(Kernels.active());
        assertThat(Kernels.plain().description()).isEqualTo("plain");
    }

    @Test
    @EnabledIf("vectorModuleIsAbsent")
    void withoutTheModuleThePlainKernelsRunAndOneLineTellsHowToChangeThat() {
        assertThat(Kernels.active()).isSameAs(Kernels.plain());
        assertThat(Kernels.notice())
                .hasValueSatisfying(line -> assertThat(line)
                        .contains("--add-modules jdk.incubator.vector")
                        .doesNotContain("\n"));
    }

    @Test
    @EnabledIf("vectorModuleIsAbsent")
    void anAbsentModuleIsNoLinkageErrorEvenWhenTheChoiceIsWrongAboutIt() {
        Kernels.Choice choice = Kernels.choose("vector", true, true);
        assertThat(choice.kernels()).isSameAs(Kernels.plain());
        assertThat(choice.notice()).startsWith("plain kernels:");
    }

    @Test
    @EnabledIf("vectorModuleIsThere")
    void theModuleBringsVectorKernels() {
        Kernels.Choice choice = Kernels.choose("", true, true);
        assertThat(choice.kernels().description()).matches("vector (64|128|256|512) bit");
        assertThat(choice.notice()).isNull();
    }

    @Test
    @EnabledIf("vectorModuleIsThere")
    void withoutFusedMultiplyAddThePlainKernelsRunUnlessForced() {
        assertThat(Kernels.choose("", true, false).kernels()).isSameAs(Kernels.plain());
        assertThat(Kernels.choose("", true, false).notice()).contains("fused multiply-add");
        assertThat(Kernels.choose("vector", true, false).kernels().description())
                .startsWith("vector");
    }

    @Test
    void plainOnRequestIsSilent() {
        for (boolean module : new boolean[] {false, true}) {
            Kernels.Choice choice = Kernels.choose("plain", module, true);
            assertThat(choice.kernels()).isSameAs(Kernels.plain());
            assertThat(choice.notice()).isNull();
        }
    }

    @Test
    @EnabledIf("vectorModuleIsThere")
    void anUnknownWishIsSaidAndIgnored() {
        Kernels.Choice choice = Kernels.choose("fast", true, true);
        assertThat(choice.kernels().description()).startsWith("vector");
        assertThat(choice.notice()).contains("tacit.kernel=fast");
    }
}
