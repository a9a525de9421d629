using System.Collections.Immutable;
using NearData.Isa.Decoding;
using NearData.Isa.Forms;
using NearData.Isa.Text;
using NearData.TestSupport;

namespace NearData.Isa.Tests.Text;

public sealed class LlvmDifferentialTests
{
    /// <summary>
    /// Texts that LLVM 19 doesn't know, because it prints the same for different instructions or nothing at all, or because newer
    /// versions brought them.
    /// </summary>
    private static readonly string[] OwnTexts =
        ["map[", "var[", "subprog[", "call pc", "call btf#", "load_acquire", "store_release"];

    private const string Source =
        """
        struct row { unsigned char a; signed char b; unsigned short c; short d; unsigned e; int f; unsigned long g; long h; };
        long total;
        const volatile unsigned bound = 7;

        __attribute__((noinline)) long weigh(struct row *r, int factor)
        {
            long sum = 0;
            for (int i = 0; i < factor; i++) {
                sum += r->b * i + (r->g >> (i & 31)) - (r->h << 3) + (r->f >> 2);
                if (sum > 1000 || (unsigned long)sum < r->e)
                    sum ^= r->d;
            }
            return sum;
        }

        long widths(struct row *r)
        {
            r->a = 1; r->c = 0xffff; r->e = 0x80000000u; r->g = 0x123456789abcdef0ul; r->h = -5;
            r->b = r->d; r->d = r->f; r->f = (int)r->h;
            return (r->g & 0xff00ff00ff00ff00ul) | (r->e % 10) | ~r->h;
        }

        int compares(struct row *r)
        {
            if (r->f < r->d && r->h >= 12) return -1;
            if (r->e <= bound || r->g > 0xffffffffu || (r->c & 0x10)) return 0x7fffffff;
            switch (r->a) { case 1: return 10; case 2: return 77; case 200: return (int)r->e / 1u; default: return r->b != 3; }
        }

        unsigned long swaps(struct row *r)
        {
            return __builtin_bswap16(r->c) + __builtin_bswap32(r->e) + __builtin_bswap64(r->g);
        }

        long calls(struct row *r)
        {
            static void *(*lookup)(void *, const void *) = (void *)1;
            static unsigned long (*now)(void) = (void *)5;
            unsigned key = r->e;
            long *found = lookup(&total, &key);
            return (found ? *found : (long)now()) + weigh(r, r->f);
        }

        void adds(struct row *r)
        {
            __sync_fetch_and_add(&r->g, 3);
        #if __BPF_CPU_VERSION__ >= 3
            r->h = __sync_fetch_and_or(&r->g, 5) + __sync_fetch_and_and(&r->g, 6) + __sync_fetch_and_xor(&r->g, 7)
                + __sync_lock_test_and_set(&r->g, 8) + __sync_val_compare_and_swap(&r->g, 9, 10);
        #endif
        #if __BPF_CPU_VERSION__ >= 4
            r->h = r->h / r->f + r->h % 7;
            r->f = r->f / r->d % 5;
        #endif
        }
        """;

    [TheoryNeeding(Needs.Clang19)]
    [InlineData("v1")]
    [InlineData("v2")]
    [InlineData("v3")]
    [InlineData("v4")]
    public void Every_line_of_a_compiled_program_reads_as_llvm_objdump_prints_it(string cpu)
    {
        byte[] elf = Clang.Compile(Source, cpu: cpu);

        IEnumerable<(int Slot, string Text)> lines = Disassembler.Lines(InstructionDecoder.Decode(Llvm.Code(elf)))
            .Select(line => (line.Slot, line.Text.Replace("call pc+", "call ").Replace("call pc-", "call -")));

        Assert.Equal(Llvm.Disassemble(elf), lines);
    }

    [FactNeeding(Needs.Clang19)]
    public void Llvm_assembles_the_text_of_every_form_to_the_same_bytes()
    {
        Random random = new(1);
        ImmutableArray<Instruction> program =
        [
            .. InstructionForms.All
                .Where(form => !OwnTexts.Any(own => form.Text.Contains(own)))
                .SelectMany(form => Enumerable.Repeat(form, 3))
                .SelectMany(form => Slots(random, form)),
        ];
        string text = string.Join('\n', Disassembler.Lines(program).Select(line => line.Text));

        Assert.Equal(InstructionEncoder.Encode(program.AsSpan()), Llvm.Assemble(text));
    }

    private static IEnumerable<Instruction> Slots(Random random, InstructionForm form)
    {
        Instruction first = RandomProgram.First(random, form, distance: random.Next(-100, 100));
        if (form.Text.Contains("{index}"))
        {
            // LLVM's text has no place for it.
            first = first with { Immediate = 0 };
        }

        yield return first;
        if (first.IsWide)
        {
            yield return new Instruction(default, default, default, 0, random.Next());
        }
    }
}
