using System.Collections.Immutable;
using NearData.Isa.Programs;

namespace NearData.Isa.Objects.Btf.Values;

/// <summary>
/// What the records mean that programs send through ring buffers and as perf events. No map declares their type, since the kernel takes none;
/// so it is what the host says, or else the only struct of the object that has the record's size and isn't a map's key or value or what
/// programs are called with. Everything else is bytes in hexadecimal.
/// </summary>
/// <param name="types">The object's types.</param>
/// <param name="maps">Its maps.</param>
/// <param name="named">Names of structs by the map that their records come through.</param>
public sealed class RecordFormat(BtfTypes types, ImmutableArray<MapDefinition> maps, IReadOnlyDictionary<string, string> named)
{
    private static readonly ImmutableArray<string> Contexts = ["xdp_md", "__sk_buff"];

    private readonly BtfValueReader _reader = new(types);

    /// <summary>A record that came through a map. What follows the struct, such as a packet's bytes, is bytes under <c>more</c>.</summary>
    /// <exception cref="BtfValueException">The object has no struct of the name that was given, or the record is shorter.</exception>
    public BtfValue Read(string map, ReadOnlySpan<byte> record)
    {
        int? type = named.TryGetValue(map, out string? name) ? Named(name, record.Length) : Only(record.Length);
        if (type is not { } known)
        {
            return Hex(record);
        }

        int size = (int)types.SizeOf(known)!.Value;
        BtfValue value = _reader.Read(known, record);
        return size == record.Length || value is not BtfValue.Fields fields
            ? value
            : new BtfValue.Fields([.. fields.Members, ("more", Hex(record[size..]))]);
    }

    private int Named(string name, int length)
    {
        int[] structs = [.. types.Named(name).Where(type => types[type] is BtfComposite)];
        if (structs.Length == 0)
        {
            throw new BtfValueException("", $"The object has no struct {name}.");
        }

        return types.SizeOf(structs[0]) <= length
            ? structs[0]
            : throw new BtfValueException("", $"A record of {length} bytes is no struct {name}, which has {types.SizeOf(structs[0])}.");
    }

    private int? Only(int length)
    {
        HashSet<int> used = [.. maps.SelectMany(map => new[] { map.KeyTypeId, map.ValueTypeId }).Select(type => types.Resolve(type).Number)];
        int[] found =
        [
            .. Enumerable.Range(1, types.Count - 1).Where(type =>
                types[type] is BtfComposite { Kind: BtfCompositeKind.Struct } it
                && it.Size == length && it.Name.Length != 0 && !Contexts.Contains(it.Name, StringComparer.Ordinal) && !used.Contains(type)).Take(2),
        ];
        return found is [var only] ? only : null;
    }

    private static BtfValue.Text Hex(ReadOnlySpan<byte> bytes) => new(Convert.ToHexStringLower(bytes));
}
