namespace NearData.Isa.Forms;

/// <summary>Loads, stores and atomic operations (RFC 9669, 5), and the kernel's ordered loads and stores.</summary>
internal static class MemoryForms
{
    private static readonly MemorySize[] Sizes =
        [MemorySize.Byte, MemorySize.HalfWord, MemorySize.Word, MemorySize.DoubleWord];

    private static readonly (AtomicOperation Plain, AtomicOperation Fetching, string Symbol, string Name)[] Updates =
    [
        (AtomicOperation.Add, AtomicOperation.AddFetch, "+=", "add"),
        (AtomicOperation.Or, AtomicOperation.OrFetch, "|=", "or"),
        (AtomicOperation.And, AtomicOperation.AndFetch, "&=", "and"),
        (AtomicOperation.Xor, AtomicOperation.XorFetch, "^=", "xor"),
    ];

    public static IEnumerable<InstructionForm> All() =>
    [
        .. Sizes.SelectMany(Regular),
        .. Atomic(MemorySize.Word, 'w', "32_32"),
        .. Atomic(MemorySize.DoubleWord, 'r', "_64"),
        .. Sizes.SelectMany(Ordered),
        .. Wide(),
        .. Sizes[..3].SelectMany(Legacy),
    ];

    private static IEnumerable<InstructionForm> Regular(MemorySize size)
    {
        int bits = size.Bytes() * 8;
        string load = $"= *(u{bits} *)({{rs}}{{off}})";
        string store = $"*(u{bits} *)({{rd}}{{off}}) =";
        bool isWhole = size == MemorySize.DoubleWord;

        // Narrow loads and stores may name the register's low half, as newer compilers do: the instruction is the same.
        yield return new(
            Opcode.Memory(InstructionClass.LoadX, MemoryMode.Memory, size),
            "5.1",
            $"{{rd}} {load}",
            alternative: isWhole ? null : $"{{wd}} {load}");
        yield return new(
            Opcode.Memory(InstructionClass.StoreX, MemoryMode.Memory, size),
            "5.1",
            $"{store} {{rs}}",
            alternative: isWhole ? null : $"{store} {{ws}}");
        yield return new(
            Opcode.Memory(InstructionClass.Store, MemoryMode.Memory, size),
            "5.1",
            isWhole ? $"{store} {{imm}}" : $"{store} {{imm32}}");
        if (!isWhole)
        {
            yield return new(
                Opcode.Memory(InstructionClass.LoadX, MemoryMode.SignExtendingMemory, size),
                "5.2",
                $"{{rd}} = *(s{bits} *)({{rs}}{{off}})");
        }
    }

    private static IEnumerable<InstructionForm> Atomic(MemorySize size, char name, string suffix)
    {
        string target = $"(u{size.Bytes() * 8} *)({{rd}}{{off}})";
        foreach ((AtomicOperation plain, AtomicOperation fetching, string symbol, string verb) in Updates)
        {
            // The kernel names the whole register in both widths.
            yield return Form(plain, $"lock *{target} {symbol} {{{name}s}}", $"lock *{target} {symbol} {{rs}}");
            yield return Form(fetching, $"{{{name}s}} = atomic_fetch_{verb}({target}, {{{name}s}})");
        }

        yield return Form(AtomicOperation.Exchange, $"{{{name}s}} = xchg{suffix}({{rd}}{{off}}, {{{name}s}})");
        yield return Form(
            AtomicOperation.CompareExchange, $"{name}0 = cmpxchg{suffix}({{rd}}{{off}}, {name}0, {{{name}s}})");

        InstructionForm Form(AtomicOperation operation, string text, string? alternative = null) => new(
            Opcode.Memory(InstructionClass.StoreX, MemoryMode.Atomic, size),
            "5.3",
            text,
            immediate: (int)operation,
            alternative: alternative == text ? null : alternative);
    }

    private static IEnumerable<InstructionForm> Ordered(MemorySize size)
    {
        const string Linux = "Linux 6.15";
        Opcode opcode = Opcode.Memory(InstructionClass.StoreX, MemoryMode.Atomic, size);
        int bits = size.Bytes() * 8;
        char name = size == MemorySize.DoubleWord ? 'r' : 'w';
        yield return new(
            opcode, Linux, $"{{{name}d}} = load_acquire((u{bits} *)({{rs}}{{off}}))", immediate: (int)AtomicOperation.LoadAcquire);
        yield return new(
            opcode, Linux, $"store_release((u{bits} *)({{rd}}{{off}}), {{{name}s}})", immediate: (int)AtomicOperation.StoreRelease);
    }

    private static IEnumerable<InstructionForm> Wide()
    {
        yield return Form(WideImmediateKind.Number, "{rd} = {imm64} ll");
        yield return Form(WideImmediateKind.Map, "{rd} = map[{map}]");
        yield return Form(WideImmediateKind.MapValue, "{rd} = map[{map}][0]{high}");
        yield return Form(WideImmediateKind.Variable, "{rd} = var[{imm}]");
        yield return Form(WideImmediateKind.Function, "{rd} = subprog[{far}]");
        yield return Form(WideImmediateKind.MapByIndex, "{rd} = map[idx:{imm}]");
        yield return Form(WideImmediateKind.MapValueByIndex, "{rd} = map[idx:{imm}][0]{high}");

        static InstructionForm Form(WideImmediateKind kind, string text) =>
            new(Opcode.WideImmediate, "5.4", text, source: (int)kind);
    }

    private static IEnumerable<InstructionForm> Legacy(MemorySize size)
    {
        string load = $"r0 = *(u{size.Bytes() * 8} *)skb";
        yield return new(Opcode.Memory(InstructionClass.Load, MemoryMode.Absolute, size), "5.5", $"{load}[{{imm}}]");
        yield return new(Opcode.Memory(InstructionClass.Load, MemoryMode.Indirect, size), "5.5", $"{load}[{{rs}}{{index}}]");
    }
}
