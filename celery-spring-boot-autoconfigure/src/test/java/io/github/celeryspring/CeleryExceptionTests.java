package io.github.celeryspring;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class CeleryExceptionTests {

	@Test
	void wrappersOfFuturesAreRemoved() {
		Throwable cause = new IllegalStateException("boom");
		assertThat(CeleryException.unwrap(new CompletionException(new ExecutionException(cause)))).isSameAs(cause);
		Throwable bare = new CompletionException("bare", null);
		assertThat(CeleryException.unwrap(bare)).isSameAs(bare);
	}

}
