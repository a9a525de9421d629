namespace NearData.Isa.Helpers;

/// <summary>What a helper is given where that is known before any program runs.</summary>
/// <param name="Number">Of a scalar or size.</param>
/// <param name="Memory">The bytes that an address leads to.</param>
public readonly record struct KnownArgument(long Number, ReadOnlyMemory<byte> Memory);

/// <summary>What a pure helper answers: a scalar or a length.</summary>
/// <param name="helper">One that <see cref="HelperSignature.IsComputable"/>.</param>
/// <param name="arguments">One for each of its own.</param>
public delegate long HelperEvaluator(HelperSignature helper, ReadOnlySpan<KnownArgument> arguments);
