package io.github.celeryspring.fault;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

import io.github.celeryspring.client.CeleryOperations;
import io.github.celeryspring.redis.LettuceSettings;
import io.github.celeryspring.redis.RedisEndpoint;
import io.github.celeryspring.testsupport.JavaApp;
import io.github.celeryspring.testsupport.RedisServerExtension;
import io.github.celeryspring.testsupport.TcpProxy;
import io.github.celeryspring.worker.WorkerSnapshot.State;
import io.lettuce.core.resource.ClientResources;
import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.InetNameResolver;
import io.netty.resolver.InetSocketAddressResolver;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The name of the server is not known for a while, just when it has to be found again.
 */
@Timeout(60)
class NameServiceFaultTests {

	private static final String NAME = "redis.test";

	private static final Duration BACK = Duration.ofSeconds(5);

	@RegisterExtension
	static final RedisServerExtension redis = new RedisServerExtension();

	private volatile boolean gone;

	@Test
	void workerIsBackWithTheNameService() throws Exception {
		ClientResources resources = ClientResources.builder().addressResolverGroup(new Names()).build();
		LettuceSettings settings = new LettuceSettings(resources, UnaryOperator.identity(), null);
		try (TcpProxy proxy = new TcpProxy(redis.port());
				JavaApp client = JavaApp.builder(redis).build();
				JavaApp worker = JavaApp.builder(new RedisEndpoint.Standalone(NAME, proxy.port(), 0, null, null, null))
					.lettuce(settings)
					.queues("q")
					.tasks((app) -> Map.of("echo", (context, body) -> "done"))
					.start()) {
			assertThat(echo(client.celery(), Duration.ofSeconds(20))).isEqualTo("done");
			this.gone = true;
			proxy.cutAll();
			await().atMost(Duration.ofSeconds(20)).until(() -> worker.state() == State.DISCONNECTED);
			this.gone = false;
			assertThat(echo(client.celery(), BACK)).isEqualTo("done");
			assertThat(worker.state()).isEqualTo(State.CONSUMING);
		}
		finally {
			resources.shutdown(0, 0, TimeUnit.SECONDS);
		}
	}

	private static Object echo(CeleryOperations celery, Duration timeout) {
		return celery.task("echo").queue("q").returning(String.class).send().get(timeout);
	}

	/** Knows one name, or none. */
	private final class Names extends AddressResolverGroup<InetSocketAddress> {

		@Override
		protected AddressResolver<InetSocketAddress> newResolver(EventExecutor executor) {
			return new InetSocketAddressResolver(executor, new InetNameResolver(executor) {

				@Override
				protected void doResolve(String name, Promise<InetAddress> promise) {
					if (NameServiceFaultTests.this.gone || !name.equals(NAME)) {
						promise.setFailure(new UnknownHostException(name));
					}
					else {
						promise.setSuccess(InetAddress.getLoopbackAddress());
					}
				}

				@Override
				protected void doResolveAll(String name, Promise<List<InetAddress>> promise) {
					throw new UnsupportedOperationException();
				}

			});
		}

	}

}
