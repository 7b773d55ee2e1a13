package io.tacit.bench.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.tacit.kernel.provider.Kernels;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class KernelBenchmarkTest {

    @Test
    void everyArithmeticIsCoveredOnce() {
        List<KernelCase> cases = KernelCase.all();
        assertThat(cases.stream().map(c -> c.kernel() + ", " + c.size())).doesNotHaveDuplicates();
        for (String arithmetic : List.of("ring32", "ring64", "mersenne31", "mersenne61")) {
            assertThat(cases).anyMatch(c -> c.kernel().equals(arithmetic + " product"));
            assertThat(cases).anyMatch(c -> c.kernel().equals(arithmetic + " sum"));
        }
    }

    @Test
    void figuresNameTwinAndUnit() {
        KernelCase sum = KernelCase.all().stream()
                .filter(c -> c.kernel().equals("ring32 sum"))
                .findFirst()
                .orElseThrow();
        KernelBenchmark.Result result = new KernelBenchmark(1).run(sum, Kernels.plain());
        assertThat(result.twin()).isEqualTo("plain");
        assertThat(result.nanosAUnit()).isBetween(0.001, 1e6);
        assertThat(result.figure()).endsWith(" ns");
    }

    /** Boxed vectors and interpreted loops take ten to a hundred times as long; no machine's vectors do. */
    @Test
    void noVectorTwinIsFarSlowerThanItsPlainOne() {
        assumeThat(Kernels.active()).isNotSameAs(Kernels.plain());
        List<KernelBenchmark.Subject> subjects = KernelCase.all().stream()
                .filter(c -> c.unit() == KernelCase.Unit.ELEMENT)
                .flatMap(c -> Stream.of(Kernels.plain(), Kernels.active())
                        .map(provider -> new KernelBenchmark.Subject(c, provider)))
                .toList();
        List<KernelBenchmark.Result> results = new KernelBenchmark(4).run(subjects);
        for (int i = 0; i < results.size(); i += 2) {
            KernelBenchmark.Result plain = results.get(i);
            if (results.get(i + 1).isMiscompiled(plain)) { // or not compiled yet, on a busy machine: a longer look
                KernelBenchmark.Result again = new KernelBenchmark(50)
                        .run(List.of(subjects.get(i + 1)))
                        .get(0);
                assertThat(again.isMiscompiled(plain))
                        .as("%s: plain %s, %s %s", plain.kernel(), plain.figure(), again.twin(), again.figure())
                        .isFalse();
            }
        }
    }

    @Test
    void everyLatticeKernelRunsAndTransformsStandBesideNativeFigures() {
        List<KernelCase> transforms = KernelCase.all().stream()
                .filter(c -> c.unit() == KernelCase.Unit.OPERATION)
                .toList();
        assertThat(transforms.stream().map(KernelCase::kernel))
                .contains("forward transform", "inverse transform", "scale and encode", "decode", "modulus switch");
        for (KernelCase transform : transforms) {
            KernelBenchmark.Result result = new KernelBenchmark(1).run(transform, Kernels.plain());
            assertThat(result.figure()).endsWith(" us");
            assertThat(result.nanosAUnit()).isBetween(1e3, 1e8);
        }
        assertThat(transforms)
                .anyMatch(c -> c.size().equals("N = 4096") && c.nativeFigure().contains("HEXL"));
    }
}
