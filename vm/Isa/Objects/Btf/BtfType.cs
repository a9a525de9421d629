using System.Collections.Immutable;

namespace NearData.Isa.Objects.Btf;

/// <summary>
/// A type, variable or section as BTF describes it (kernel Documentation/bpf/btf.rst, 2). Other types are named by their number;
/// number 0 is <see cref="BtfVoid"/>.
/// </summary>
/// <param name="Name">Empty where the source gives none.</param>
public abstract record BtfType(string Name);

/// <summary>No type: what <c>void *</c> points to.</summary>
public sealed record BtfVoid() : BtfType("");

/// <summary>How an integer's bits are meant (btf.rst, 2.2.1).</summary>
[Flags]
public enum BtfIntEncoding
{
    Unsigned = 0,
    Signed = 1,
    Character = 2,
    Boolean = 4,
}

/// <summary>An integer (BTF_KIND_INT).</summary>
/// <param name="Name">As the compiler names it, such as <c>long long</c>.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Encoding">How its bits are meant.</param>
/// <param name="Bits">Bits in use, from <paramref name="FirstBit"/>.</param>
/// <param name="FirstBit">0 for every plain integer.</param>
public sealed record BtfInt(string Name, int Size, BtfIntEncoding Encoding, int Bits, int FirstBit = 0) : BtfType(Name);

/// <summary>A floating-point number (BTF_KIND_FLOAT), of so many bytes.</summary>
public sealed record BtfFloat(string Name, int Size) : BtfType(Name);

/// <summary>A pointer (BTF_KIND_PTR).</summary>
public sealed record BtfPointer(int Target) : BtfType("");

/// <summary>An array (BTF_KIND_ARRAY).</summary>
/// <param name="Element">The elements' type.</param>
/// <param name="Index">The index's type; it says nothing of use.</param>
/// <param name="Count">Elements.</param>
public sealed record BtfArray(int Element, int Index, uint Count) : BtfType("");

public enum BtfCompositeKind
{
    Struct,
    Union,
}

/// <summary>A member of a struct or union.</summary>
/// <param name="Name">Empty for an anonymous struct or union inside.</param>
/// <param name="Type">Its type's number.</param>
/// <param name="BitOffset">Bits from the start.</param>
/// <param name="BitfieldBits">Bits of a bit field; 0 for a plain member.</param>
public sealed record BtfMember(string Name, int Type, uint BitOffset, int BitfieldBits = 0);

/// <summary>A struct or union (BTF_KIND_STRUCT, BTF_KIND_UNION).</summary>
/// <param name="Name">The tag.</param>
/// <param name="Kind">Which.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Members">In the source's order.</param>
public sealed record BtfComposite(string Name, BtfCompositeKind Kind, uint Size, ImmutableArray<BtfMember> Members) : BtfType(Name);

/// <summary>A named value of an enumeration.</summary>
public sealed record BtfEnumerator(string Name, Int128 Value);

/// <summary>An enumeration (BTF_KIND_ENUM; BTF_KIND_ENUM64 where <paramref name="IsWide"/>).</summary>
/// <param name="Name">The tag.</param>
/// <param name="Size">Bytes.</param>
/// <param name="IsWide">Whether its values are kept in 64 bits.</param>
/// <param name="IsSigned">Whether its values are signed.</param>
/// <param name="Values">In the source's order.</param>
public sealed record BtfEnum(string Name, int Size, bool IsWide, bool IsSigned, ImmutableArray<BtfEnumerator> Values) : BtfType(Name);

/// <summary>A struct or union that is declared, not defined (BTF_KIND_FWD).</summary>
public sealed record BtfForward(string Name, BtfCompositeKind Kind) : BtfType(Name);

public enum BtfModifierKind
{
    Typedef,
    Const,
    Volatile,
    Restrict,

    /// <summary>The name is the tag's text.</summary>
    TypeTag,
}

/// <summary>Another name for a type, or a qualifier of it (BTF_KIND_TYPEDEF, _CONST, _VOLATILE, _RESTRICT, _TYPE_TAG).</summary>
public sealed record BtfModifier(BtfModifierKind Kind, string Name, int Target) : BtfType(Name);

/// <summary>Who sees a function or variable (btf.rst, 2.2.12 and 2.2.14).</summary>
public enum BtfLinkage
{
    Static = 0,
    Global = 1,
    Extern = 2,
}

/// <summary>A parameter; a last one without a name and type means <c>...</c>.</summary>
public sealed record BtfParameter(string Name, int Type);

/// <summary>A function's prototype (BTF_KIND_FUNC_PROTO).</summary>
public sealed record BtfPrototype(int Return, ImmutableArray<BtfParameter> Parameters) : BtfType("");

/// <summary>A function (BTF_KIND_FUNC).</summary>
public sealed record BtfFunction(string Name, int Prototype, BtfLinkage Linkage) : BtfType(Name);

/// <summary>A global or static variable (BTF_KIND_VAR).</summary>
public sealed record BtfVariable(string Name, int Type, BtfLinkage Linkage) : BtfType(Name);

/// <summary>Where a variable lies in its section.</summary>
/// <param name="Variable">The number of its <see cref="BtfVariable"/>.</param>
/// <param name="Offset">Bytes from the section's start.</param>
/// <param name="Size">Bytes.</param>
public sealed record BtfPlacement(int Variable, uint Offset, uint Size);

/// <summary>A section of variables (BTF_KIND_DATASEC).</summary>
/// <param name="Name">The section.</param>
/// <param name="Size">Bytes; compilers leave 0 for the linker to fill in.</param>
/// <param name="Variables">Its variables.</param>
public sealed record BtfDataSection(string Name, uint Size, ImmutableArray<BtfPlacement> Variables) : BtfType(Name);

/// <summary>A <c>btf_decl_tag</c> attribute (BTF_KIND_DECL_TAG); the name is the tag's text.</summary>
/// <param name="Name">The text.</param>
/// <param name="Target">What it is attached to.</param>
/// <param name="Component">The member or parameter; <see cref="WholeTarget"/> for the target itself.</param>
public sealed record BtfDeclTag(string Name, int Target, int Component) : BtfType(Name)
{
    public const int WholeTarget = -1;
}
