package io.tacit.client.deployment;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigIncluderClasspath;
import com.typesafe.config.ConfigIncluderFile;
import com.typesafe.config.ConfigIncluderURL;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import io.tacit.crypto.seal.SealingKey;
import java.io.File;
import java.net.URL;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads a deployment from HOCON text. Strict: every key is known and present, every value in its range; includes and
 * substitutions are refused. All findings are reported together, each with its key and line. The text is untrusted: its
 * length and nesting are bounded before it is parsed.
 */
public final class DeploymentReader {
    /** Longest text that is looked at. */
    public static final int MAX_CHARS = 1 << 16;

    private static final String ORIGIN = "deployment";
    private static final int MAX_LINE_CHARS = 1000;
    private static final int MAX_NESTING = 16;

    /** Most certificates that may act in one role. */
    public static final int MAX_CERTIFICATES = 64;

    private static final Pattern ENDPOINT =
            Pattern.compile("(\\[[0-9a-fA-F:.]{2,45}]|[A-Za-z0-9._-]{1,253}):([0-9]{1,5})");
    private static final Pattern SEALING_KEY = Pattern.compile("[0-9a-fA-F]{64}");
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9}) ?(ms|s|m|h)");
    private static final Set<String> PLAIN_KEYS = Set.of("format", "protocol", "mode", "model-hash");
    private static final Set<String> SECTIONS = Set.of("roles", "disclosure", "quotas", "limits", "valid");

    private final String source;
    private final List<String> findings = new ArrayList<>();

    private DeploymentReader(String source) {
        this.source = source;
    }

    /**
     * Reads a whole deployment.
     *
     * @param text content of the file
     * @param source its name, for messages
     * @throws InvalidDeployment with all findings
     */
    public static Deployment read(String text, String source) {
        DeploymentReader reader = new DeploymentReader(source);
        try {
            ConfigObject root = reader.parse(text);
            Deployment deployment = reader.deployment(root);
            reader.failIfAnything();
            return java.util.Objects.requireNonNull(deployment);
        } catch (ConfigException e) {
            reader.findings.add(syntaxFinding(String.valueOf(e.getMessage())));
            throw new InvalidDeployment(source, reader.findings);
        }
    }

    private ConfigObject parse(String text) {
        checkShape(text);
        failIfAnything();
        ConfigParseOptions options = ConfigParseOptions.defaults()
                .setSyntax(ConfigSyntax.CONF)
                .setOriginDescription(ORIGIN)
                .setIncluder(new NoIncludes());
        ConfigObject root = ConfigFactory.parseString(text, options).root();
        if (!root.toConfig().isResolved()) {
            findings.add("substitutions with ${...} are not allowed");
            failIfAnything();
        }
        return root;
    }

    /** The parser is recursive: nesting and paths are bounded before it runs. */
    private void checkShape(String text) {
        if (text.length() > MAX_CHARS) {
            findings.add("longer than " + MAX_CHARS + " characters");
            return;
        }
        int depth = 0;
        int line = 1;
        int lineStart = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '{' || c == '[') {
                depth++;
            } else if (c == '}' || c == ']') {
                depth--;
            } else if (c == '\n') {
                line++;
                lineStart = i + 1;
            }
            if (depth > MAX_NESTING) {
                findings.add("line " + line + ": nested deeper than " + MAX_NESTING);
                return;
            }
            if (i - lineStart > MAX_LINE_CHARS) {
                findings.add("line " + line + ": longer than " + MAX_LINE_CHARS + " characters");
                return;
            }
        }
    }

    private @Nullable Deployment deployment(ConfigObject root) {
        unknownKeys(
                root,
                "",
                Stream.concat(PLAIN_KEYS.stream(), SECTIONS.stream()).collect(java.util.stream.Collectors.toSet()));
        whole(root, "", "format", Deployment.FORMAT, Deployment.FORMAT);
        TrustSetting protocol = choice(root, "", "protocol", TrustSetting.values(), TrustSetting::id);
        String mode = protocol == null
                ? text(root, "", "mode")
                : choice(root, "", "mode", protocol.modes().toArray(String[]::new), name -> name);
        Sha256 modelHash = hash(root, "model-hash");
        TreeMap<String, Deployment.Role> roles = roles(root, protocol, mode);
        Deployment.Disclosure disclosure = disclosure(section(root, "disclosure", Set.of("policy", "top-k")));
        ConfigObject quotas = section(root, "quotas", Set.of("queries-per-day", "prepared-queries"));
        long queriesPerDay = whole(quotas, "quotas.", "queries-per-day", 0, 1_000_000_000_000L);
        int preparedQueries = (int) whole(quotas, "quotas.", "prepared-queries", 0, 1_000_000);
        ConfigObject limits = section(root, "limits", Set.of("batch", "sessions", "message-deadline"));
        int batch = (int) whole(limits, "limits.", "batch", 1, 65_536);
        int sessions = (int) whole(limits, "limits.", "sessions", 1, 10_000);
        Duration deadline = duration(limits, "message-deadline");
        ConfigObject valid = section(root, "valid", Set.of("from", "until"));
        Instant from = instant(valid, "from");
        Instant until = instant(valid, "until");
        if (from != null && until != null && !from.isBefore(until)) {
            finding(valid, "valid.until", "is not after valid.from");
        }
        if (protocol == null
                || mode == null
                || modelHash == null
                || disclosure == null
                || deadline == null
                || from == null
                || until == null) {
            return null;
        }
        return new Deployment(
                protocol,
                mode,
                modelHash,
                roles,
                disclosure,
                new Deployment.Quotas(queriesPerDay, preparedQueries),
                new Deployment.Limits(batch, sessions, deadline),
                new Deployment.Validity(from, until));
    }

    private TreeMap<String, Deployment.Role> roles(
            ConfigObject root, @Nullable TrustSetting protocol, @Nullable String mode) {
        TreeMap<String, Deployment.Role> roles = new TreeMap<>();
        ConfigObject section = section(root, "roles", null);
        if (section == null) {
            return roles;
        }
        for (Map.Entry<String, ConfigValue> entry : section.entrySet()) {
            String name = entry.getKey();
            String path = "roles." + oneLine(name);
            if (!(entry.getValue() instanceof ConfigObject object)) {
                finding(entry.getValue(), path, "must be { endpoint = ..., certificates = [ ... ] }");
                continue;
            }
            unknownKeys(object, path + ".", Set.of("endpoint", "certificates", "sealing-key"));
            Optional<Deployment.Endpoint> endpoint = Optional.empty();
            boolean listens = protocol == null || protocol.listens(name);
            if (listens) {
                endpoint = endpoint(object, path + ".");
            } else if (object.get("endpoint") != null) {
                finding(object, path + ".endpoint", "must be absent: this role only dials");
            }
            boolean sealed = protocol != null && protocol.opensSealed(name);
            Optional<SealingKey> key = sealed ? sealingKey(object, path + ".") : Optional.empty();
            if (!sealed && object.get("sealing-key") != null) {
                finding(object, path + ".sealing-key", "must be absent: nothing is sealed for this role");
            }
            roles.put(name, new Deployment.Role(endpoint, certificates(object, path + "."), key));
        }
        if (protocol != null && mode != null) {
            protocol.findings(mode, roles.keySet()).forEach(text -> finding(section, "roles", text));
        }
        roles.forEach((name, role) -> roles.forEach((other, otherRole) -> {
            if (name.compareTo(other) < 0
                    && role.certificates().stream().anyMatch(otherRole.certificates()::contains)) {
                finding(section, "roles", name + " and " + other + " have the same certificate");
            }
        }));
        return roles;
    }

    private Optional<Deployment.Endpoint> endpoint(ConfigObject object, String path) {
        String text = text(object, path, "endpoint");
        if (text == null) {
            return Optional.empty();
        }
        Matcher matcher = ENDPOINT.matcher(text);
        if (matcher.matches()) {
            int port = Integer.parseInt(matcher.group(2));
            String host = matcher.group(1).replace("[", "").replace("]", "");
            if (port >= 1 && port <= 65_535) {
                return Optional.of(new Deployment.Endpoint(host, port));
            }
        }
        finding(object.get("endpoint"), path + "endpoint", "must be \"host:port\" with a port of 1 to 65535");
        return Optional.empty();
    }

    private Optional<SealingKey> sealingKey(ConfigObject object, String path) {
        String text = text(object, path, "sealing-key");
        if (text == null) {
            return Optional.empty();
        }
        if (!SEALING_KEY.matcher(text).matches()) {
            finding(object.get("sealing-key"), path + "sealing-key", "must be 64 hexadecimal digits");
            return Optional.empty();
        }
        return Optional.of(SealingKey.of(HexFormat.of().parseHex(text), 0));
    }

    private List<Sha256> certificates(ConfigObject object, String path) {
        ConfigValue value = required(object, path, "certificates");
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof ConfigList list) || list.isEmpty() || list.size() > MAX_CERTIFICATES) {
            finding(value, path + "certificates", "must be a list of 1 to " + MAX_CERTIFICATES + " fingerprints");
            return List.of();
        }
        List<Sha256> fingerprints = new ArrayList<>();
        for (ConfigValue element : list) {
            try {
                fingerprints.add(Sha256.parse(String.valueOf(element.unwrapped())));
            } catch (IllegalArgumentException e) {
                finding(element, path + "certificates", "must be SHA-256 fingerprints of 64 hexadecimal digits");
            }
        }
        return fingerprints;
    }

    private Deployment.@Nullable Disclosure disclosure(@Nullable ConfigObject section) {
        Deployment.Policy policy =
                choice(section, "disclosure.", "policy", Deployment.Policy.values(), Deployment.Policy::id);
        int topK = (int) whole(section, "disclosure.", "top-k", 0, 1_000);
        if (policy == null || section == null) {
            return null;
        }
        boolean fits = switch (policy) {
            case LABEL -> topK == 1;
            case TOP_K -> topK >= 1;
            case SCORES -> topK == 0;
        };
        if (!fits) {
            finding(
                    section.get("top-k"),
                    "disclosure.top-k",
                    "must be 1 with policy label, 1 to 1000 with top-k, 0 with scores");
        }
        return new Deployment.Disclosure(policy, topK);
    }

    // ---- values

    private @Nullable ConfigValue required(@Nullable ConfigObject object, String path, String key) {
        if (object == null) {
            return null; // the section's absence has been reported
        }
        ConfigValue value = object.get(key);
        if (value == null || value.valueType() == ConfigValueType.NULL) {
            finding(object, path + key, "is missing");
            return null;
        }
        return value;
    }

    private @Nullable ConfigObject section(ConfigObject root, String key, @Nullable Set<String> known) {
        ConfigValue value = required(root, "", key);
        if (value == null) {
            return null;
        }
        if (!(value instanceof ConfigObject object)) {
            finding(value, key, "must be a section { ... }");
            return null;
        }
        if (known != null) {
            unknownKeys(object, key + ".", known);
        }
        return object;
    }

    private @Nullable String text(@Nullable ConfigObject object, String path, String key) {
        ConfigValue value = required(object, path, key);
        if (value == null) {
            return null;
        }
        if (value.valueType() != ConfigValueType.STRING) {
            finding(value, path + key, "must be text");
            return null;
        }
        return (String) value.unwrapped();
    }

    private <T> @Nullable T choice(
            @Nullable ConfigObject object,
            String path,
            String key,
            T[] values,
            java.util.function.Function<T, String> id) {
        String text = text(object, path, key);
        if (text == null || object == null) {
            return null;
        }
        for (T value : values) {
            if (id.apply(value).equals(text)) {
                return value;
            }
        }
        finding(
                object.get(key),
                path + key,
                "must be one of " + String.join(", ", Stream.of(values).map(id).toList()));
        return null;
    }

    private @Nullable Sha256 hash(ConfigObject object, String key) {
        String text = text(object, "", key);
        if (text == null) {
            return null;
        }
        try {
            return Sha256.parse(text);
        } catch (IllegalArgumentException e) {
            finding(object.get(key), key, "must be a SHA-256 value of 64 hexadecimal digits");
            return null;
        }
    }

    /** The whole number at the key, or {@code least} after a finding. */
    private long whole(@Nullable ConfigObject object, String path, String key, long least, long greatest) {
        ConfigValue value = required(object, path, key);
        if (value == null) {
            return least;
        }
        Object plain = value.unwrapped();
        boolean whole = plain instanceof Integer || plain instanceof Long;
        long number = whole ? ((Number) plain).longValue() : 0;
        if (!whole || number < least || number > greatest) {
            finding(
                    value,
                    path + key,
                    least == greatest ? "must be " + least : "must be a whole number, " + least + " to " + greatest);
            return least;
        }
        return number;
    }

    private @Nullable Duration duration(@Nullable ConfigObject object, String key) {
        String text = text(object, "limits.", key);
        if (text == null || object == null) {
            return null;
        }
        Matcher matcher = DURATION.matcher(text.toLowerCase(Locale.ROOT));
        if (matcher.matches()) {
            long count = Long.parseLong(matcher.group(1));
            Duration duration = switch (matcher.group(2)) {
                case "ms" -> Duration.ofMillis(count);
                case "s" -> Duration.ofSeconds(count);
                case "m" -> Duration.ofMinutes(count);
                default -> Duration.ofHours(count);
            };
            if (duration.toMillis() >= 100 && duration.toHours() <= 24) {
                return duration;
            }
        }
        finding(object.get(key), "limits." + key, "must be a time such as 500 ms, 30 s, 10 m, of 100 ms to 24 h");
        return null;
    }

    private @Nullable Instant instant(@Nullable ConfigObject object, String key) {
        String text = text(object, "valid.", key);
        if (text == null || object == null) {
            return null;
        }
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            finding(object.get(key), "valid." + key, "must be a time in UTC such as 2026-01-31T00:00:00Z");
            return null;
        }
    }

    private void unknownKeys(ConfigObject object, String path, Set<String> known) {
        object.keySet().stream()
                .filter(key -> !known.contains(key))
                .sorted()
                .forEach(key -> finding(object.get(key), path + oneLine(key), "is not a key of this file"));
    }

    private void finding(@Nullable ConfigValue at, String key, String what) {
        int line = at == null ? -1 : at.origin().lineNumber();
        findings.add((line > 0 ? "line " + line + ": " : "") + key + " " + what);
    }

    private void failIfAnything() {
        if (!findings.isEmpty()) {
            throw new InvalidDeployment(source, findings);
        }
    }

    /** The parser's own message without the advice in brackets that follows it. */
    private static String syntaxFinding(String message) {
        int advice = message.indexOf(" (");
        return oneLine(
                (advice < 0 ? message : message.substring(0, advice)).replaceFirst("^" + ORIGIN + ": ", "line "));
    }

    private static String oneLine(String text) {
        String line = text.replaceAll("\\p{Cntrl}+", " ");
        return line.length() <= 200 ? line : line.substring(0, 200) + "...";
    }

    /** A deployment is one file: nothing is fetched from other files, the class path or the network. */
    private static final class NoIncludes
            implements ConfigIncluder, ConfigIncluderFile, ConfigIncluderURL, ConfigIncluderClasspath {
        @Override
        public ConfigIncluder withFallback(ConfigIncluder fallback) {
            return this;
        }

        @Override
        public ConfigObject include(ConfigIncludeContext context, String what) {
            throw new ConfigException.Generic("include is not allowed");
        }

        @Override
        public ConfigObject includeFile(ConfigIncludeContext context, File what) {
            throw new ConfigException.Generic("include is not allowed");
        }

        @Override
        public ConfigObject includeURL(ConfigIncludeContext context, URL what) {
            throw new ConfigException.Generic("include is not allowed");
        }

        @Override
        public ConfigObject includeResources(ConfigIncludeContext context, String what) {
            throw new ConfigException.Generic("include is not allowed");
        }
    }
}
