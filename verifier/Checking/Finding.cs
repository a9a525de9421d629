using NearData.Isa;
using NearData.Verifier.Rejections;

namespace NearData.Verifier.Checking;

/// <summary>A requirement that can't be proven to hold.</summary>
/// <param name="Code">The kind of reason.</param>
/// <param name="Reason">What was found and what was needed.</param>
/// <param name="Subject">The register that the reason is about; null where it is about none, or several.</param>
internal sealed record Finding(RejectionCode Code, string Reason, Register? Subject = null);
