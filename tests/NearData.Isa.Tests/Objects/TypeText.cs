using System.Globalization;
using System.Text;
using NearData.Isa.Objects.Btf;

namespace NearData.Isa.Tests.Objects;

/// <summary>Types in the words of <c>bpftool btf dump</c>, so that its reading and ours can be compared line by line.</summary>
internal static class TypeText
{
    public static string Of(BtfTypes types)
    {
        var text = new StringBuilder();
        for (int number = 1; number < types.Count; number++)
        {
            text.Append(CultureInfo.InvariantCulture, $"[{number}] {Of(types, types[number])}\n");
        }

        return text.ToString();
    }

    private static string Of(BtfTypes types, BtfType type)
    {
        string name = $"'{(type.Name.Length == 0 ? "(anon)" : type.Name)}'";
        return type switch
        {
            BtfInt it => $"INT {name} size={it.Size} bits_offset={it.FirstBit} nr_bits={it.Bits} encoding={Encoding(it.Encoding)}",
            BtfFloat it => $"FLOAT {name} size={it.Size}",
            BtfPointer it => $"PTR {name} type_id={it.Target}",
            BtfArray it => $"ARRAY {name} type_id={it.Element} index_type_id={it.Index} nr_elems={it.Count}",
            BtfComposite it => $"{Upper(it.Kind)} {name} size={it.Size} vlen={it.Members.Length}" + Lines(it.Members.Select(member =>
                $"'{(member.Name.Length == 0 ? "(anon)" : member.Name)}' type_id={member.Type} bits_offset={member.BitOffset}"
                + (member.BitfieldBits == 0 ? "" : $" bitfield_size={member.BitfieldBits}"))),
            BtfEnum it => $"{(it.IsWide ? "ENUM64" : "ENUM")} {name} encoding={(it.IsSigned ? "SIGNED" : "UNSIGNED")} size={it.Size} vlen={it.Values.Length}"
                + Lines(it.Values.Select(value => $"'{value.Name}' val={value.Value}{(it.IsWide ? (it.IsSigned ? "LL" : "ULL") : "")}")),
            BtfForward it => $"FWD {name} fwd_kind={it.Kind.ToString().ToLowerInvariant()}",
            BtfModifier { Kind: BtfModifierKind.TypeTag } it => $"TYPE_TAG {name} type_id={it.Target}",
            BtfModifier it => $"{Upper(it.Kind)} {name} type_id={it.Target}",
            BtfPrototype it => $"FUNC_PROTO {name} ret_type_id={it.Return} vlen={it.Parameters.Length}"
                + Lines(it.Parameters.Select(parameter => $"'{(parameter.Name.Length == 0 ? "(anon)" : parameter.Name)}' type_id={parameter.Type}")),
            BtfFunction it => $"FUNC {name} type_id={it.Prototype} linkage={Linkage(it.Linkage)}",
            BtfVariable it => $"VAR {name} type_id={it.Type}, linkage={Linkage(it.Linkage)}",
            BtfDataSection it => $"DATASEC {name} size={it.Size} vlen={it.Variables.Length}" + Lines(it.Variables.Select(placement =>
                $"type_id={placement.Variable} offset={placement.Offset} size={placement.Size} (VAR '{types[placement.Variable].Name}')")),
            BtfDeclTag it => $"DECL_TAG {name} type_id={it.Target} component_idx={it.Component}",
            _ => throw new ArgumentException(type.ToString()),
        };
    }

    private static string Upper<T>(T kind) => kind!.ToString()!.ToUpperInvariant();

    private static string Linkage(BtfLinkage linkage) => linkage.ToString().ToLowerInvariant();

    private static string Lines(IEnumerable<string> lines) => string.Concat(lines.Select(line => $"\n\t{line}"));

    private static string Encoding(BtfIntEncoding encoding) => encoding switch
    {
        BtfIntEncoding.Signed => "SIGNED",
        BtfIntEncoding.Boolean => "BOOL",
        BtfIntEncoding.Character => "CHAR",
        _ => "(none)",
    };
}
