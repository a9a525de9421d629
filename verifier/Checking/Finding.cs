using NearData.Verifier.Rejections;

namespace NearData.Verifier.Checking;

/// <summary>A requirement that can't be proven to hold.</summary>
/// <param name="Code">The kind of reason.</param>
/// <param name="Reason">What was found and what was needed.</param>
internal sealed record Finding(RejectionCode Code, string Reason);
