package io.github.celeryspring.autoconfigure;

import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.celeryspring.RemoteTaskException;
import io.github.celeryspring.annotation.CeleryTask;
import io.github.celeryspring.client.CeleryOperations;
import io.github.celeryspring.kombu.CeleryExchange;
import io.github.celeryspring.kombu.CeleryQueue;
import io.github.celeryspring.result.AsyncResult;
import io.github.celeryspring.result.TaskState;
import io.github.celeryspring.task.TaskContext;
import io.github.celeryspring.testsupport.RedisServerExtension;
import io.github.celeryspring.worker.CeleryWorker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Whole applications that send tasks to themselves.
 */
@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class CeleryApplicationIntegrationTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	@RegisterExtension
	static final RedisServerExtension redis = new RedisServerExtension();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DataRedisAutoConfiguration.class, JacksonAutoConfiguration.class,
				CeleryAutoConfiguration.class, CeleryWorkerAutoConfiguration.class))
		.withPropertyValues("celery.broker-url=" + redis.url(), "celery.worker-concurrency=2");

	private final ApplicationContextRunner withTasks = this.runner.withUserConfiguration(TaskConfiguration.class);

	@Test
	void sendsItselfATaskAndGetsTheResult() {
		this.withTasks.run((context) -> {
			CeleryOperations celery = context.getBean(CeleryOperations.class);
			UUID id = UUID.randomUUID();
			AsyncResult<Booking> result = celery.task("bookings.book")
				.args(id)
				.kwarg("day", LocalDate.of(2026, 11, 22))
				.returning(Booking.class)
				.send();
			assertThat(result.get(SOON))
				.isEqualTo(new Booking(id, LocalDate.of(2026, 11, 22), List.of("bookings.book")));
			assertThat(result.state()).isEqualTo(TaskState.SUCCESS);
		});
	}

	@Test
	void transactionsSpanTheTask() {
		this.withTasks.run((context) -> {
			CeleryOperations celery = context.getBean(CeleryOperations.class);
			CountingTransactions transactions = context.getBean(CountingTransactions.class);
			assertThat(celery.task("bookings.transactional").returning(Boolean.class).send().get(SOON)).isTrue();
			assertThat(transactions.commits).hasValue(1);
			AsyncResult<?> failing = celery.send("bookings.failing");
			assertThatExceptionOfType(RemoteTaskException.class).isThrownBy(() -> failing.get(SOON))
				.withMessageContaining("no seats");
			assertThat(transactions.rollbacks).hasValue(1);
		});
	}

	@Test
	void taskGoesToItsOwnQueueAndTheDeclaredQueueIsBound() {
		this.withTasks.run((context) -> {
			AsyncResult<Object> result = context.getBean(CeleryOperations.class)
				.task("bookings.queue")
				.returning(Object.class)
				.send();
			assertThat(result.get(SOON)).isEqualTo("slow");
			await().atMost(SOON)
				.untilAsserted(() -> assertThat(redis.commands().keys("_kombu.binding.*"))
					.contains("_kombu.binding.celery", "_kombu.binding.slow", "_kombu.binding.media"));
		});
	}

	@Test
	void propertiesOfBothPrefixesAndTheExpiryReachRedis() {
		this.withTasks
			.withPropertyValues("celery.broker-transport-options.global_keyprefix=app:",
					"celery.result-backend-transport-options.global_keyprefix=res", "celery.result-expires=600")
			.run((context) -> {
				AsyncResult<?> result = context.getBean(CeleryOperations.class).send("bookings.queue");
				result.get(SOON);
				String key = "res_celery-task-meta-" + result.id();
				assertThat(redis.commands().ttl(key)).isBetween(500L, 600L);
				assertThat(redis.commands().keys("*")).allMatch((each) -> each.startsWith("app:") || each.equals(key));
			});
	}

	@Test
	void resultsAreKeptInTheirOwnDatabase() {
		this.withTasks.withPropertyValues("celery.result-backend=redis://127.0.0.1:" + redis.port() + "/5")
			.run((context) -> {
				AsyncResult<?> result = context.getBean(CeleryOperations.class).send("bookings.queue");
				assertThat(result.as(String.class).get(SOON)).isEqualTo("slow");
				assertThat(redis.commands().keys("celery-task-meta-*")).isEmpty();
				redis.commands().select(5);
				assertThat(redis.commands().keys("celery-task-meta-*")).hasSize(1);
				redis.commands().select(0);
			});
	}

	@Test
	void clientOnlyApplicationStartsNoWorker() {
		this.runner.run((context) -> {
			AsyncResult<?> sent = context.getBean(CeleryOperations.class).send("elsewhere.task", 1);
			assertThat(context.getBean(CeleryWorker.class).isRunning()).isFalse();
			assertThat(redis.commands().llen("celery")).isOne();
			assertThat(sent.state()).isEqualTo(TaskState.PENDING);
		});
	}

	@Test
	void settingsOfTasksHoldForTheSenderToo() {
		this.runner.withPropertyValues("celery.task-default-queue=other", "celery.task-ignore-result=true")
			.run((context) -> {
				context.getBean(CeleryOperations.class).send("elsewhere.task", 1);
				assertThat(redis.commands().lrange("other", 0, -1)).singleElement()
					.asString()
					.contains("\"ignore_result\": true");
			});
	}

	@Test
	void resultsMayBeKeptForEver() {
		this.withTasks.withPropertyValues("celery.result-expires=0").run((context) -> {
			AsyncResult<?> result = context.getBean(CeleryOperations.class).send("bookings.queue");
			result.get(SOON);
			assertThat(redis.commands().ttl("celery-task-meta-" + result.id())).isEqualTo(-1);
		});
	}

	@Test
	void runningTaskIsFinishedBeforeTheConnectionsClose(CapturedOutput output) throws InterruptedException {
		Slow slow = new Slow();
		Thread releasing = new Thread(() -> {
			// The context is closing by now: nothing is fetched any more.
			await().atMost(SOON).until(() -> redis.commands().llen("celery") == 1);
			slow.go.countDown();
		});
		this.runner.withBean(Slow.class, () -> slow)
			.withPropertyValues("celery.worker-concurrency=1", "celery.worker-prefetch-multiplier=2")
			.run((context) -> {
				CeleryOperations celery = context.getBean(CeleryOperations.class);
				celery.task("slow.task").taskId("running").send();
				assertThat(slow.begun.await(20, TimeUnit.SECONDS)).isTrue();
				celery.task("slow.task").taskId("waiting").send();
				await().atMost(SOON).until(() -> redis.commands().hlen("unacked") == 2);
				releasing.start();
			});
		releasing.join();
		assertThat(redis.commands().get("celery-task-meta-running")).contains("\"SUCCESS\"");
		assertThat(redis.commands().exists("celery-task-meta-waiting")).isZero();
		assertThat(redis.commands().llen("celery")).isOne();
		assertThat(redis.commands().hlen("unacked")).isZero();
		assertThat(output).doesNotContain("ERROR");
	}

	@Configuration(proxyBeanMethods = false)
	@EnableTransactionManagement
	static class TaskConfiguration {

		@Bean
		Bookings bookings() {
			return new Bookings();
		}

		@Bean
		CountingTransactions transactions() {
			return new CountingTransactions();
		}

		@Bean
		CeleryQueue media() {
			return new CeleryQueue("media", CeleryExchange.direct("media"), "media.key");
		}

	}

	record Booking(UUID id, LocalDate day, List<String> tasks) {

	}

	static class Bookings {

		@CeleryTask
		Booking book(UUID id, LocalDate day, TaskContext context) {
			return new Booking(id, day, List.of(context.taskName()));
		}

		@CeleryTask
		@Transactional
		public boolean transactional() {
			return TransactionSynchronizationManager.isActualTransactionActive();
		}

		@CeleryTask
		@Transactional
		public void failing() {
			throw new IllegalStateException("no seats");
		}

		@CeleryTask(queue = "slow")
		String queue(TaskContext context) {
			return context.queue();
		}

	}

	static class Slow {

		final CountDownLatch begun = new CountDownLatch(1);

		final CountDownLatch go = new CountDownLatch(1);

		@CeleryTask
		void task() throws InterruptedException {
			this.begun.countDown();
			this.go.await();
		}

	}

	static class CountingTransactions extends AbstractPlatformTransactionManager {

		final AtomicInteger commits = new AtomicInteger();

		final AtomicInteger rollbacks = new AtomicInteger();

		@Override
		protected Object doGetTransaction() {
			return new Object();
		}

		@Override
		protected void doBegin(Object transaction, TransactionDefinition definition) {
		}

		@Override
		protected void doCommit(DefaultTransactionStatus status) {
			this.commits.incrementAndGet();
		}

		@Override
		protected void doRollback(DefaultTransactionStatus status) {
			this.rollbacks.incrementAndGet();
		}

	}

}
