package io.github.celeryspring.documentation;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.time.Duration;

import org.junit.jupiter.api.Timeout;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.test.annotation.DirtiesContext;

/**
 * A test class with the application of docs/coming-from-celery.md. It ends with the
 * class, lest its worker goes on beside other tests.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Timeout(60)
@DirtiesContext
@SpringBootTest(classes = DocumentedApplication.class, webEnvironment = WebEnvironment.NONE,
		properties = { "celery.worker-concurrency=4", "celery.worker-hostname=documented@%h",
				"celery.accept-content=json,yaml", "celery.result-extended=true", "feeds.soft-time-limit=100ms" })
@interface DocumentedTest {

	/** How long results are waited for. */
	Duration TIMEOUT = Duration.ofSeconds(20);

}
