using System.Security.Cryptography;
using NearData.Isa.Decoding;

namespace NearData.Isa.Programs;

/// <summary>How a kernel computes tags.</summary>
public enum TagHash
{
    /// <summary>Kernels before 6.18.</summary>
    Sha1,

    /// <summary>Kernel 6.18 and later.</summary>
    Sha256,
}

/// <summary>
/// A program's tag, as the kernel shows it (<c>bpf_prog_info.tag</c>; kernel/bpf/core.c, bpf_prog_calc_tag): a hash of the
/// instructions as they are loaded, without the numbers of maps, which differ from load to load.
/// </summary>
public static class ProgramTag
{
    /// <summary>Bytes of the hash that make the tag.</summary>
    private const int Size = 8;

    /// <summary>The tag, 16 lower-case hexadecimal digits.</summary>
    public static string Compute(Program program, TagHash hash)
    {
        Instruction[] code = [.. program.Code];
        for (int slot = 0; slot < code.Length; slot += code[slot].IsWide ? 2 : 1)
        {
            if (slot + 1 < code.Length && code[slot] is { IsWide: true, WideKind: WideImmediateKind.Map or WideImmediateKind.MapValue })
            {
                code[slot] = code[slot] with { Immediate = 0 };
                code[slot + 1] = code[slot + 1] with { Immediate = 0 };
            }
        }

        byte[] bytes = InstructionEncoder.Encode(code);
        byte[] digest = hash == TagHash.Sha256 ? SHA256.HashData(bytes) : Sha1(bytes);
        return Convert.ToHexStringLower(digest.AsSpan(0, Size));
    }

    /// <summary>Old kernels name programs so; nothing rests on its strength.</summary>
    private static byte[] Sha1(byte[] bytes)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        hash.AppendData(bytes);
        return hash.GetHashAndReset();
    }
}
