package io.tacit.client.wire;

import io.tacit.client.deployment.Deployment;
import io.tacit.client.deployment.DeploymentReader;
import io.tacit.client.deployment.InvalidDeployment;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** A deployment's file on disk. */
public final class DeploymentFile {
    private DeploymentFile() {}

    /**
     * Reads the file.
     *
     * @throws InvalidDeployment if it cannot be read or is not a deployment; all findings at once
     */
    public static Deployment read(Path file) {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(DeploymentReader.MAX_CHARS + 1);
        } catch (NoSuchFileException e) {
            throw new InvalidDeployment(file.toString(), List.of("there is no such file; tacit keygen makes it"));
        } catch (IOException e) {
            throw new InvalidDeployment(
                    file.toString(), List.of("cannot be read (" + e.getClass().getSimpleName() + ")"));
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return DeploymentReader.read(text, file.toString());
        } catch (CharacterCodingException e) {
            throw new InvalidDeployment(file.toString(), List.of("is not UTF-8 text"));
        }
    }
}
