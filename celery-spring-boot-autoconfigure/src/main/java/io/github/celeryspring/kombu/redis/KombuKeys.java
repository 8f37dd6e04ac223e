package io.github.celeryspring.kombu.redis;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

import io.github.celeryspring.kombu.DeadLetterQueues;

/**
 * The only place that makes key names. {@code global_keyprefix} stands before every key,
 * never inside a value.
 */
final class KombuKeys {

	/** Ends the tag of a parked message. */
	static final String PARKED = ":parked";

	private final String prefix;

	private final String separator;

	private final PrioritySteps steps;

	private final byte[] unacked;

	private final byte[] unackedIndex;

	private final byte[] unackedMutex;

	private final byte[] owners;

	KombuKeys(RedisTransportOptions options) {
		this.prefix = options.globalKeyprefix();
		this.separator = options.sep();
		this.steps = new PrioritySteps(options.prioritySteps());
		this.unacked = key(options.unackedKey());
		this.unackedIndex = key(options.unackedIndexKey());
		this.unackedMutex = key(options.unackedMutexKey());
		this.owners = key("celery-spring.owners:" + options.unackedKey());
	}

	static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	static String text(byte[] bytes) {
		return new String(bytes, StandardCharsets.UTF_8);
	}

	/**
	 * What the delivery tags of a consumer begin with. It names the owner, and is so long
	 * that Redis stores {@code unacked_index} as a skip list even if it is short: members
	 * of up to 64 bytes go into a list that is searched linearly, parsing every score,
	 * which takes longer than all the rest of a fetch.
	 * @param consumer the name of the consumer
	 * @return the prefix, at least 53 bytes
	 */
	static String tagPrefix(String consumer) {
		return "celery-spring:" + consumer + ":" + UUID.randomUUID() + ":";
	}

	/**
	 * A delivery tag. Tags of one fetch have the same time, and go by their text then:
	 * twelve digits keep the order. {@code fetch.lua} makes the same.
	 */
	static String tag(String prefix, long number) {
		String digits = Long.toString(number);
		return prefix + "000000000000".substring(Math.min(12, digits.length())) + digits;
	}

	private byte[] key(String name) {
		return bytes(this.prefix + name);
	}

	byte[] unacked() {
		return this.unacked;
	}

	byte[] unackedIndex() {
		return this.unackedIndex;
	}

	byte[] unackedMutex() {
		return this.unackedMutex;
	}

	/**
	 * Signs of life of those who hold messages in flight. Not kombu's. Whoever looks
	 * after another {@link #unacked} must not find a dead one there and remove it.
	 */
	byte[] owners() {
		return this.owners;
	}

	/** The list of a queue for messages of a priority. */
	byte[] list(String queue, int priority) {
		int step = this.steps.step(priority);
		return key((step == 0) ? queue : queue + this.separator + step);
	}

	/** All lists of a queue, the most urgent first. */
	byte[][] lists(String queue) {
		return this.steps.steps().stream().map((step) -> list(queue, step)).toArray(byte[][]::new);
	}

	/** Where letters are pushed to, whatever their priority. */
	byte[] deadLetters(String queue) {
		return key(queue + DeadLetterQueues.SUFFIX);
	}

	/** The tags under which a message was delivered again. Not kombu's. */
	byte[] deliveries(String messageId) {
		return key("celery-spring.deliveries:" + messageId);
	}

	byte[] bindings(String exchange) {
		return key("_kombu.binding." + exchange);
	}

	/** When the binding tables of queues with {@code x-expires} are swept away. */
	byte[] bindingDeadlines() {
		return key("_kombu.binding_deadlines");
	}

	/**
	 * Bindings of queues without {@code x-expires}. Since 5.7 kombu sweeps away the
	 * binding table of an exchange, once it is bound to an expired queue, unless this set
	 * has members.
	 */
	byte[] permanentBindings(String exchange) {
		return key("_kombu.binding_permanent." + exchange);
	}

}
