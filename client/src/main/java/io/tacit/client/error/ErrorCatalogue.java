package io.tacit.client.error;

import io.tacit.client.deployment.InvalidDeployment;
import io.tacit.client.wire.InvalidIdentity;
import io.tacit.crypto.channel.AbortReason;
import io.tacit.crypto.channel.LimitExceeded;
import io.tacit.crypto.channel.PeerUnavailable;
import io.tacit.crypto.channel.ProtocolAbort;
import io.tacit.model.UnsupportedModelException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Every error that a user of Tacit can meet, with its code, its reason and its remedy. Errors that are not in it are bugs
 * and are shown with a stack trace.
 */
public final class ErrorCatalogue {
    private ErrorCatalogue() {}

    /**
     * One kind of error.
     *
     * @param code what stands in brackets in the message or in logs
     * @param thrown the exception that carries it
     * @param reason what happened
     * @param remedy what to do
     */
    public record Entry(String code, Class<? extends RuntimeException> thrown, String reason, String remedy) {}

    /** All entries: the reasons that parties tell each other by number, then the errors of one side. */
    public static List<Entry> entries() {
        List<Entry> entries = new ArrayList<>();
        for (AbortReason reason : AbortReason.values()) {
            entries.add(new Entry(reason.name(), ProtocolAbort.class, reason.meaning(), reason.remedy()));
        }
        entries.add(new Entry(
                "PEER_UNAVAILABLE",
                PeerUnavailable.class,
                "the named party cannot be reached, has gone, or gives no sign of life; or a port cannot be had here",
                "start the party, check its endpoint in the deployment file and the network (tacit doctor)"));
        entries.add(new Entry(
                "LIMIT_EXCEEDED_HERE",
                LimitExceeded.class,
                "what was asked for is beyond a limit of this side: a size, a quota, a disk budget; nothing was begun",
                "ask for less, or raise the limit that the message names"));
        entries.add(new Entry(
                "INVALID_DEPLOYMENT",
                InvalidDeployment.class,
                "the deployment file cannot be read or has keys or values that it must not have",
                "correct the keys and lines that the message names; docs/deployment.conf shows every key"));
        entries.add(new Entry(
                "INVALID_IDENTITY",
                InvalidIdentity.class,
                "an identity file cannot be used, or its certificate is not that of the role in the deployment file",
                "use the file that tacit keygen made for this role, with the deployment file of the same run"));
        entries.add(new Entry(
                "UNSUPPORTED_MODEL",
                UnsupportedModelException.class,
                "the model has something that cannot be computed exactly; the message names every place",
                "see tacit check, which says which protocol takes which model"));
        return List.copyOf(entries);
    }

    /** The code of an error that a user is to see; empty for a bug. */
    public static Optional<String> codeOf(Throwable error) {
        if (error instanceof ProtocolAbort abort) {
            return Optional.of(abort.reason().name());
        }
        return entries().stream()
                .filter(entry -> entry.thrown().isInstance(error))
                .map(Entry::code)
                .findFirst();
    }

    /** The catalogue as the page {@code docs/errors.md}. */
    public static String page() {
        StringBuilder page = new StringBuilder("""
                # Errors

                What can go wrong, why, and what to do. Every error is one line and ends the command with exit status 2. This
                page is generated from the code.

                ## Between parties

                These reasons travel from the party that stops to the others, by number, with the role that failed where it is
                another one, and without any other detail. The message names the party, the step, the reason and the remedy. After
                any of them the query is void: no part of its result may be used.

                | number | code | reason | remedy |
                |---|---|---|---|
                """);
        for (AbortReason reason : AbortReason.values()) {
            page.append(String.format(
                    "| %d | `%s` | %s | %s |%n", reason.wireCode(), reason.name(), reason.meaning(), reason.remedy()));
        }
        page.append("""

                ## On one side

                | code | exception | reason | remedy |
                |---|---|---|---|
                """);
        for (Entry entry : entries()) {
            if (entry.thrown() != ProtocolAbort.class) {
                page.append(String.format(
                        "| `%s` | `%s` | %s | %s |%n",
                        entry.code(), entry.thrown().getSimpleName(), entry.reason(), entry.remedy()));
            }
        }
        page.append(
                "\nAnything else is a bug: it is shown with a stack trace, which holds no secrets; please report it.\n");
        return page.toString();
    }
}
