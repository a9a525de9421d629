using System.Collections.Immutable;

namespace NearData.Isa.Programs;

/// <summary>What a global function is called with and gives back, where that is enough to judge it without its callers.</summary>
/// <param name="Arguments">r1 onwards, up to five.</param>
/// <param name="ReturnsNumber">Whether it returns a number, not nothing.</param>
public sealed record FunctionPrototype(ImmutableArray<FunctionArgument> Arguments, bool ReturnsNumber);

/// <summary>What a function takes in one of r1..r5.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Size">Bytes that the address leads to; 0 for a number, and where it is the context.</param>
/// <param name="TypeName">The tag of the struct that it leads to: one named like the program's context, or its row, is that; otherwise empty.</param>
public sealed record FunctionArgument(FunctionArgumentKind Kind, int Size = 0, string TypeName = "");

public enum FunctionArgumentKind
{
    /// <summary>Any number.</summary>
    Number,

    /// <summary>What the program was called with (<c>__arg_ctx</c>).</summary>
    Context,

    /// <summary>The address of memory that may be read and written, never zero (<c>__arg_nonnull</c>).</summary>
    Memory,

    /// <summary>As <see cref="Memory"/>, or zero.</summary>
    MemoryOrNull,
}
