package io.tacit.client.wire;

/** Version of the running software. */
public final class Software {
    private Software() {}

    /** The jar's version, or {@code development} where classes are run without a jar. */
    public static String version() {
        String version = Software.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
