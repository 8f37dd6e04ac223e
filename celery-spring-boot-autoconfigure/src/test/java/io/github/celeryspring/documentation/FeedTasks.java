package io.github.celeryspring.documentation;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;

import io.github.celeryspring.annotation.CeleryTask;
import io.github.celeryspring.canvas.Signature;
import io.github.celeryspring.client.CeleryOperations;
import io.github.celeryspring.documentation.Web.BusyException;
import io.github.celeryspring.result.PythonException;
import io.github.celeryspring.task.IgnoreException;
import io.github.celeryspring.task.RejectException;
import io.github.celeryspring.task.TaskContext;
import org.springframework.core.annotation.AliasFor;
import org.springframework.stereotype.Component;

import static io.github.celeryspring.canvas.Signatures.chain;
import static io.github.celeryspring.canvas.Signatures.group;
import static io.github.celeryspring.documentation.MathTasks.ADD;
import static io.github.celeryspring.documentation.MathTasks.XSUM;

/**
 * The tasks of docs/coming-from-celery.md that use options and their context.
 */
@Component
public class FeedTasks {

	private final Web web;

	private final CeleryOperations celery;

	FeedTasks(Web web, CeleryOperations celery) {
		this.web = web;
		this.celery = celery;
	}

	@CeleryTask(name = "feeds.fetch", autoretryFor = IOException.class, dontAutoretryFor = FileNotFoundException.class,
			maxRetries = 5, retryBackoff = "true", retryBackoffMax = "10m", retryJitter = true)
	public String fetch(String url) throws IOException {
		return this.web.get(url);
	}

	@CeleryTask(name = "feeds.refresh", maxRetries = -1, defaultRetryDelay = "1m")
	public String refresh(TaskContext self, String url) throws IOException {
		try {
			return this.web.get(url);
		}
		catch (BusyException ex) {
			throw self.retry(ex, (retry) -> retry.countdown(ex.retryAfter()));
		}
	}

	@FeedTask("feeds.check")
	public int check(TaskContext self, String url) throws IOException {
		this.web.get(url);
		return self.retries();
	}

	/** Options that all these tasks have. */
	@Target(ElementType.METHOD)
	@Retention(RetentionPolicy.RUNTIME)
	@CeleryTask(autoretryFor = IOException.class, defaultRetryDelay = "0.1")
	public @interface FeedTask {

		@AliasFor(annotation = CeleryTask.class, attribute = "name")
		String value();

	}

	@CeleryTask(name = "feeds.archive", queue = "archive", priority = 9, serializer = "yaml", compression = "gzip",
			expires = "1h", acksOnFailureOrTimeout = "false", acksOnTimeout = "false")
	public Map<String, ?> archive(TaskContext self, String url) {
		return Map.of("queue", self.queue(), "priority", self.priority());
	}

	@CeleryTask(name = "feeds.render", rateLimit = "100/s", softTimeLimit = "${feeds.soft-time-limit:30s}",
			timeLimit = "60s")
	public String render(String url) {
		try {
			this.web.slow();
			return "the whole page";
		}
		catch (InterruptedException ex) {
			return "what there is so far";
		}
	}

	@CeleryTask(name = "feeds.delete", acksLate = "true", acksOnFailure = "false",
			expected = NoSuchElementException.class)
	public void delete(String url) {
		throw new NoSuchElementException(url);
	}

	@CeleryTask(name = "feeds.ping", ignoreResult = "true", storeErrorsEvenIfIgnored = "true")
	public String ping(Optional<String> problem) {
		problem.ifPresent((text) -> {
			throw new PythonException("builtins", "ValueError", text);
		});
		return "stored nowhere";
	}

	@CeleryTask(name = "feeds.import", trackStarted = "true")
	public int importAll(TaskContext self, List<String> urls) throws InterruptedException {
		int done = 0;
		for (String url : urls) {
			this.web.slow();
			self.updateState("PROGRESS", Map.of("done", ++done, "last", url));
		}
		return done;
	}

	@CeleryTask("feeds.total")
	public int total(TaskContext self, List<Integer> sizes) {
		if (sizes.size() > 2) {
			throw self.replace(chain(group(sizes.stream().map((size) -> ADD.s(size, 0))), XSUM.s()));
		}
		return sizes.stream().mapToInt(Integer::intValue).sum();
	}

	@CeleryTask("feeds.spread")
	public int spread(TaskContext self, List<Signature> more) {
		more.forEach(self::addToChord);
		return 0;
	}

	@CeleryTask(name = "feeds.claim", acksLate = "true")
	public String claim(TaskContext self, String by) {
		if (!self.redelivered()) {
			throw new RejectException("not for this worker", true);
		}
		if (by.equals("nobody")) {
			throw new IgnoreException();
		}
		return "claimed by " + by;
	}

	@CeleryTask("feeds.publish")
	public String publish(int x) {
		return this.celery.send(ADD, x, 1).id();
	}

	@CeleryTask("feeds.request")
	public Map<String, Object> request(TaskContext self) {
		Map<String, Object> request = new LinkedHashMap<>();
		request.put("current", self == TaskContext.current());
		request.put("name", self.taskName());
		request.put("ids", Arrays.asList(self.id(), self.rootId(), self.parentId(), self.groupId()));
		request.put("index", self.message().headers().groupIndex());
		request.put("retries", self.retries());
		request.put("args", self.message().body().args());
		request.put("headers", self.headers());
		request.put("stamps", self.stamps());
		request.put("sent", List.of(self.queue(), self.priority(), self.redelivered()));
		request.put("exchange", self.message().deliveryInfo().exchange());
		request.put("limits", Arrays.asList(self.softTimeLimit(), self.timeLimit()));
		request.put("shadow", self.message().headers().shadow());
		request.put("replyTo", self.message().replyTo());
		request.put("callbacks", self.message().body().embed().callbacks());
		request.put("asked to end", self.isCancelled() || self.leaseLost());
		return request;
	}

	record Entry(String title, List<String> tags) {
	}

	@CeleryTask("feeds.store")
	public String store(Entry entry, int priority) {
		return entry.title() + entry.tags() + priority;
	}

}
