import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Conversions;
import org.apache.avro.Schema;
import org.apache.avro.data.TimeConversions;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;

/**
 * Reads and writes records with Avro Java, one request a line.
 *
 * <p>{@code schema NAME JSON} keeps a schema; {@code read NAME HEX} answers the record as JSON; {@code resolve WRITER READER HEX}
 * the record as another schema reads it; {@code write NAME JSON}
 * answers its bytes as hex. In the JSON a decimal is text, a timestamp the milliseconds since 1970, bytes are hex. An
 * answer that begins with {@code !} is an error.
 */
public final class AvroPeer {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final HexFormat HEX = HexFormat.of();
  private static final GenericData DATA = new GenericData();
  private static final Map<String, Schema> SCHEMAS = new LinkedHashMap<>();

  static {
    DATA.addLogicalTypeConversion(new Conversions.DecimalConversion());
    DATA.addLogicalTypeConversion(new TimeConversions.TimestampMillisConversion());
  }

  public static void main(String[] arguments) throws Exception {
    BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    for (String line = requests.readLine(); line != null; line = requests.readLine()) {
      String answer;
      try {
        String[] words = line.split(" ", 3);
        answer = answer(words[0], words[1], words[2]);
      } catch (Exception error) {
        answer = "!" + String.valueOf(error).replace('\n', ' ');
      }
      answers.println(answer);
    }
  }

  private static String answer(String verb, String name, String rest) throws Exception {
    switch (verb) {
      case "schema":
        SCHEMAS.put(name, new Schema.Parser().parse(rest));
        return "ok";
      case "read":
        return JSON.writeValueAsString(shown(read(SCHEMAS.get(name), SCHEMAS.get(name), HEX.parseHex(rest))));
      case "resolve":
        String[] words = rest.split(" ", 2);
        return JSON.writeValueAsString(
            shown(read(SCHEMAS.get(name), SCHEMAS.get(words[0]), HEX.parseHex(words[1]))));
      case "write":
        return HEX.formatHex(write(SCHEMAS.get(name), JSON.readTree(rest)));
      default:
        throw new IllegalArgumentException(verb);
    }
  }

  private static Object read(Schema writer, Schema reader, byte[] payload) throws Exception {
    BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(payload, null);
    Object value = new GenericDatumReader<Object>(writer, reader, DATA).read(null, decoder);
    if (!decoder.isEnd()) {
      throw new IllegalStateException("bytes trail");
    }
    return value;
  }

  private static byte[] write(Schema schema, JsonNode json) throws Exception {
    ByteArrayOutputStream target = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(target, null);
    new GenericDatumWriter<Object>(schema, DATA).write(value(schema, json), encoder);
    encoder.flush();
    return target.toByteArray();
  }

  private static JsonNode shown(Object value) {
    if (value == null) {
      return NODES.nullNode();
    }
    if (value instanceof IndexedRecord record) {
      ObjectNode node = NODES.objectNode();
      record.getSchema().getFields().forEach(field -> node.set(field.name(), shown(record.get(field.pos()))));
      return node;
    }
    if (value instanceof Map<?, ?> map) {
      ObjectNode node = NODES.objectNode();
      map.forEach((key, inner) -> node.set(key.toString(), shown(inner)));
      return node;
    }
    if (value instanceof Iterable<?> items) {
      ArrayNode node = NODES.arrayNode();
      items.forEach(item -> node.add(shown(item)));
      return node;
    }
    return scalar(value);
  }

  private static JsonNode scalar(Object value) {
    if (value instanceof ByteBuffer bytes) {
      byte[] copy = new byte[bytes.remaining()];
      bytes.duplicate().get(copy);
      return NODES.textNode(HEX.formatHex(copy));
    }
    if (value instanceof BigDecimal decimal) {
      return NODES.textNode(decimal.toPlainString());
    }
    if (value instanceof Instant moment) {
      return NODES.numberNode(moment.toEpochMilli());
    }
    if (value instanceof Integer || value instanceof Long) {
      return NODES.numberNode(((Number) value).longValue());
    }
    return NODES.textNode(value.toString());
  }

  private static Object value(Schema schema, JsonNode json) {
    switch (schema.getType()) {
      case UNION:
        return json.isNull() ? null : value(schema.getTypes().get(1), json);
      case RECORD:
        GenericData.Record record = new GenericData.Record(schema);
        schema.getFields().forEach(field -> record.put(field.name(), value(field.schema(), json.get(field.name()))));
        return record;
      case ARRAY:
        List<Object> items = new ArrayList<>();
        json.forEach(item -> items.add(value(schema.getElementType(), item)));
        return items;
      case MAP:
        Map<String, Object> map = new LinkedHashMap<>();
        json.properties().forEach(entry -> map.put(entry.getKey(), value(schema.getValueType(), entry.getValue())));
        return map;
      case ENUM:
        return new GenericData.EnumSymbol(schema, json.textValue());
      case BYTES:
        return schema.getLogicalType() == null
            ? ByteBuffer.wrap(HEX.parseHex(json.textValue()))
            : new BigDecimal(json.textValue());
      case INT:
        return json.intValue();
      case LONG:
        return schema.getLogicalType() == null ? json.longValue() : Instant.ofEpochMilli(json.longValue());
      default:
        return json.textValue();
    }
  }
}
