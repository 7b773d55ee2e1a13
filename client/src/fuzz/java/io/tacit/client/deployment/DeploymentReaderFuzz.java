package io.tacit.client.deployment;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Bytes as a deployment: one that is written and read again unchanged, or the declared exception with its findings. */
class DeploymentReaderFuzz {

    static Stream<byte[]> seeds() {
        return Arrays.stream(TrustSetting.values())
                .map(protocol -> DeploymentWriter.write(DeploymentTest.sample(
                                protocol,
                                protocol == TrustSetting.SECURENETS ? 3 : protocol == TrustSetting.SECO ? 4 : 0))
                        .getBytes(StandardCharsets.UTF_8));
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "4m")
    void read(byte[] content) {
        Deployment read;
        try {
            read = DeploymentReader.read(new String(content, StandardCharsets.UTF_8), "fuzz");
        } catch (InvalidDeployment e) {
            if (e.getMessage() == null || e.getMessage().isBlank()) {
                throw new AssertionError("a refusal without a reason", e);
            }
            return;
        }
        if (!DeploymentReader.read(DeploymentWriter.write(read), "written").equals(read)) {
            throw new AssertionError("written and read again, it is another deployment");
        }
    }
}
