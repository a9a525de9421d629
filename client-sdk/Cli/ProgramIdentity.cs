using NearData.Isa.Programs;

namespace NearData.Cli;

/// <summary>Which instructions ran, whatever object they came in.</summary>
/// <param name="Name">The program's name.</param>
/// <param name="Tag">The tag that kernels from 6.18 on show for it.</param>
/// <param name="LegacyTag">The tag that older kernels show.</param>
internal sealed record ProgramIdentity(string Name, string Tag, string LegacyTag)
{
    public static ProgramIdentity Of(Program program) =>
        new(program.Name, ProgramTag.Compute(program, TagHash.Sha256), ProgramTag.Compute(program, TagHash.Sha1));
}
