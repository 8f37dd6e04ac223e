package io.github.celeryspring.protocol;

import java.time.Instant;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The headers of protocol 2, or what protocol 1 says in its body.
 *
 * @param lang the language of the sender, or {@code null}
 * @param task the name of the task
 * @param id the id of the task
 * @param shadow the name to show, or {@code null}
 * @param eta when to run at the earliest, or {@code null}
 * @param expires when to give up, or {@code null}
 * @param group the id of the group, or {@code null}
 * @param groupIndex the position in the group, or {@code null}
 * @param retries how often it was retried, from 0
 * @param timeLimit the hard limit in seconds, or {@code null}
 * @param softTimeLimit the soft limit in seconds, or {@code null}
 * @param rootId the id of the workflow's first task, or {@code null}
 * @param parentId the id of the sending task, or {@code null}
 * @param argsrepr the arguments for display, or {@code null}
 * @param kwargsrepr the keyword arguments for display, or {@code null}
 * @param origin the node that sent it, or {@code null}
 * @param ignoreResult whether no result is stored, or {@code null} to leave it to the
 * worker
 * @param replacedTaskNesting how often the task replaced itself
 * @param stampedHeaders names of the stamps, or {@code null}
 * @param stamps the stamps
 * @param others all other headers, in order
 * @since 0.1.0
 */
public record TaskHeaders(@Nullable String lang, String task, String id, @Nullable String shadow, @Nullable Instant eta,
		@Nullable Instant expires, @Nullable String group, @Nullable Integer groupIndex, int retries,
		@Nullable Double timeLimit, @Nullable Double softTimeLimit, @Nullable String rootId, @Nullable String parentId,
		@Nullable String argsrepr, @Nullable String kwargsrepr, @Nullable String origin, @Nullable Boolean ignoreResult,
		int replacedTaskNesting, java.util.@Nullable List<String> stampedHeaders, Map<String, @Nullable Object> stamps,
		Map<String, @Nullable Object> others) {

}
