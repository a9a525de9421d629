namespace NearData.Isa.Objects.Btf.Values;

/// <summary>A part of a typed value: which member of which struct some bytes are.</summary>
/// <param name="Path">From the value, such as <c>.points[1].x</c>; empty for the value itself, and with <c>+3</c> behind it for bytes inside a part.</param>
/// <param name="Type">The part's type where the bytes are exactly it; null otherwise.</param>
public readonly record struct BtfPlace(string Path, int? Type)
{
    /// <summary>The innermost part of a value that some bytes lie in, or begin with.</summary>
    /// <param name="types">The types.</param>
    /// <param name="type">The value's type; 0 where it isn't known.</param>
    /// <param name="offset">Bytes from the value's start.</param>
    /// <param name="size">Bytes; 0 for an address, which is that of the outermost part that begins there.</param>
    public static BtfPlace Find(BtfTypes types, int type, long offset, int size)
    {
        string path = "";
        for (int depth = 0; depth < BtfTypes.MaxDepth && type != 0; depth++)
        {
            BtfType found = types.Resolve(type).Type;
            bool hasParts = found is BtfDataSection or BtfVariable || (size != 0 && found is BtfComposite or BtfArray);
            if (!hasParts && offset == 0 && (size == 0 || types.SizeOf(type) == size))
            {
                return new BtfPlace(path, type);
            }

            if (Step(types, found, offset, Math.Max(size, 1)) is not ({ } name, var inner, var start))
            {
                break;
            }

            path += name;
            type = inner;
            offset -= start;
        }

        return new BtfPlace(offset == 0 ? path : $"{path}+{offset}", null);
    }

    private static (string? Name, int Type, long Start) Step(BtfTypes types, BtfType found, long offset, int size)
    {
        switch (found)
        {
            case BtfVariable it:
                return ("", it.Type, 0);
            case BtfDataSection it:
                BtfPlacement? variable = it.Variables.FirstOrDefault(place => offset >= place.Offset && offset < place.Offset + (long)place.Size);
                return variable is null ? default : ($".{types[variable.Variable].Name}", variable.Variable, variable.Offset);
            case BtfArray it when types.SizeOf(it.Element) is > 0 and long stride && offset / stride < it.Count && (offset % stride) + size <= stride:
                return ($"[{offset / stride}]", it.Element, offset / stride * stride);
            case BtfComposite it:
                BtfMember? member = it.Members.FirstOrDefault(member => member.BitfieldBits == 0 && Holds(types, member, offset, size));
                return member is null ? default : (member.Name.Length == 0 ? "" : $".{member.Name}", member.Type, member.BitOffset / 8);
            default:
                return default;
        }
    }

    private static bool Holds(BtfTypes types, BtfMember member, long offset, int size) =>
        offset >= member.BitOffset / 8 && offset + size <= (member.BitOffset / 8) + (types.SizeOf(member.Type) ?? 0);
}
