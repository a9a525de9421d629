using System.Collections.Immutable;
using System.Text.Json;
using NearData.Isa.Programs;

namespace NearData.Isa.Objects.Btf.Values;

/// <summary>
/// A map's keys and values as their types mean them, both ways, in the form of <c>bpftool map dump</c>: an entry is its <c>key</c> with its
/// <c>value</c>, or with the <c>values</c> of all CPUs. What the object doesn't describe is bytes in hexadecimal. Thread-safe.
/// </summary>
public sealed class MapEntryFormat(MapDefinition map, BtfTypes types)
{
    private readonly BtfValueReader _reader = new(types);
    private readonly BtfValueParser _parser = new(types);

    private bool IsPerCpu => map.Type is MapType.PerCpuArray or MapType.PerCpuHash or MapType.LruPerCpuHash;

    /// <summary>Bytes from one CPU's value to the next, as the kernel rounds them.</summary>
    private int SlotSize => (map.ValueSize + 7) / 8 * 8;

    /// <summary>An entry.</summary>
    /// <param name="key">The key's bytes.</param>
    /// <param name="value">The value's bytes; for a map with values for each CPU all of them, each rounded up to 8 bytes.</param>
    public BtfValue.Fields Entry(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (!IsPerCpu)
        {
            // A section of data has one value, which needs no key.
            return new BtfValue.Fields(map.Role == MapRole.Declared ? [("key", Key(key)), ("value", Value(value))] : [("value", Value(value))]);
        }

        ImmutableArray<BtfValue>.Builder values = ImmutableArray.CreateBuilder<BtfValue>();
        for (int cpu = 0; (cpu + 1) * SlotSize <= value.Length; cpu++)
        {
            values.Add(new BtfValue.Fields([("cpu", new BtfValue.Integer(cpu)), ("value", Value(value.Slice(cpu * SlotSize, map.ValueSize)))]));
        }

        return new BtfValue.Fields([("key", Key(key)), ("values", new BtfValue.Elements(values.ToImmutable()))]);
    }

    /// <summary>A key.</summary>
    public BtfValue Key(ReadOnlySpan<byte> key) => Read(map.KeyTypeId, key);

    /// <summary>One value.</summary>
    public BtfValue Value(ReadOnlySpan<byte> value) => Read(map.ValueTypeId, value);

    /// <summary>A key's bytes.</summary>
    /// <exception cref="BtfValueException">It is no such key.</exception>
    public byte[] ParseKey(JsonElement json) => Parse(map.KeyTypeId, json, map.KeySize);

    /// <summary>One value's bytes.</summary>
    /// <exception cref="BtfValueException">It is no such value.</exception>
    public byte[] ParseValue(JsonElement json) => Parse(map.ValueTypeId, json, map.ValueSize);

    /// <summary>An entry's bytes.</summary>
    /// <param name="json">As <see cref="Entry"/> gives it; a single <c>value</c> is that of all CPUs. Queues and stacks have no <c>key</c>.</param>
    /// <param name="cpus">CPUs that the map has values for.</param>
    /// <exception cref="BtfValueException">It is no such entry.</exception>
    public (byte[] Key, byte[] Value) ParseEntry(JsonElement json, int cpus)
    {
        byte[] key = map.KeySize == 0 ? [] : ParseKey(Member(json, "key"));
        if (!IsPerCpu)
        {
            return (key, ParseValue(Member(json, "value")));
        }

        byte[] values = new byte[SlotSize * cpus];
        bool isList = json.ValueKind == JsonValueKind.Object && json.TryGetProperty("values", out _);
        for (int cpu = 0; cpu < cpus; cpu++)
        {
            JsonElement value = isList ? OfCpu(Member(json, "values"), cpu) : Member(json, "value");
            ParseValue(value).CopyTo(values.AsSpan(cpu * SlotSize));
        }

        return (key, values);
    }

    private BtfValue Read(int type, ReadOnlySpan<byte> bytes) =>
        type == 0 ? new BtfValue.Text(Convert.ToHexStringLower(bytes)) : _reader.Read(type, bytes);

    private byte[] Parse(int type, JsonElement json, int size)
    {
        byte[] bytes = type == 0 ? Hex(json) : _parser.Parse(type, json);
        return bytes.Length == size
            ? bytes
            : throw new BtfValueException("", $"{bytes.Length} bytes are given; map {map.Name} takes {size}.");
    }

    private static byte[] Hex(JsonElement json)
    {
        try
        {
            return json.ValueKind == JsonValueKind.String ? Convert.FromHexString(json.GetString()!) : throw new FormatException();
        }
        catch (FormatException)
        {
            throw new BtfValueException("", $"{json.GetRawText()} isn't bytes in hexadecimal, two digits each, which is what a map without types takes.");
        }
    }

    private static JsonElement Member(JsonElement entry, string name) =>
        entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty(name, out JsonElement member)
            ? member
            : throw new BtfValueException("", $"An entry has no '{name}'.");

    private static JsonElement OfCpu(JsonElement values, int cpu)
    {
        foreach (JsonElement value in values.ValueKind == JsonValueKind.Array ? values.EnumerateArray() : default)
        {
            if (Member(value, "cpu").TryGetInt32(out int number) && number == cpu)
            {
                return Member(value, "value");
            }
        }

        throw new BtfValueException(".values", $"There is no value for CPU {cpu}.");
    }
}
