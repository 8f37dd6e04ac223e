package io.github.celeryspring.autoconfigure;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Celery's settings about remote control.
 *
 * @param controlExchange Name before '.pidbox' in the exchange through which commands of
 * remote control reach the workers.
 * @param workerEnableRemoteControl Whether the worker hears commands of remote control,
 * such as those of 'celery inspect' and revoke.
 */
@ConfigurationProperties("celery")
record CeleryControlProperties(@DefaultValue("celery") String controlExchange,
		@DefaultValue("true") boolean workerEnableRemoteControl) {

}
