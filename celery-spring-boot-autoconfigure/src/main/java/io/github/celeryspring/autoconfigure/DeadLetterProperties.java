package io.github.celeryspring.autoconfigure;

import java.time.Duration;
import java.time.temporal.ChronoUnit;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.convert.DurationUnit;

/**
 * What becomes of messages that nobody can process.
 *
 * @param enabled Whether messages that nobody can process go to the queue '[queue].dlq';
 * otherwise they are dropped, as Celery does.
 * @param maxLength How many letters a dead-letter queue keeps, the newest; 0 for all.
 * @param maxAge How long a letter is kept. A plain number is seconds; 0 is for ever.
 */
@ConfigurationProperties("celery.dead-letter")
record DeadLetterProperties(@DefaultValue("true") boolean enabled, @DefaultValue("10000") int maxLength,
		@Seconds @DurationUnit(ChronoUnit.SECONDS) @DefaultValue("14d") Duration maxAge) {

}
