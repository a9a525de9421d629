using NearData.Isa.Objects;
using NearData.Isa.Objects.Btf;
using NearData.Isa.Objects.Elf;
using NearData.Isa.Programs;
using NearData.TestSupport;
using NearData.TestSupport.Kernel;

namespace NearData.Isa.Tests.Objects;

/// <summary>CO-RE: one object, fitted to the types of the machine that it runs on.</summary>
public sealed class CoreRelocationTests
{
    /// <summary>Every kind of relocation, of types that every kernel has, and of some that none has.</summary>
    private const string OfTheKernel = PacketSources.Headers + """
        #include <bpf/bpf_core_read.h>
        #pragma clang attribute push (__attribute__((preserve_access_index)), apply_to = record)
        struct list_head { struct list_head *next, *prev; };
        struct mm_struct { unsigned long start_stack; };
        struct cred { struct { unsigned val; } uid; };
        struct task_struct {
            int pid; char comm[16]; struct mm_struct *mm; struct task_struct *group_leader; const struct cred *cred;
            unsigned in_execve : 1; unsigned sched_reset_on_fork : 1; unsigned no_such_field;
        };
        struct task_struct___old { int state; };
        struct task_struct___new { unsigned __state; };
        struct file { struct { struct { void *dentry; } f_path; }; unsigned f_flags; };
        struct no_such_struct { int a; };
        union bpf_attr___mine { struct { unsigned map_type, key_size, value_size; }; };
        #pragma clang attribute pop
        typedef unsigned gfp_t;
        enum pid_type { PIDTYPE_PID = 7, PIDTYPE_SID = 9, PIDTYPE_NONE = 11 };
        enum no_such_enum { NO_SUCH_VALUE };

        __u64 out[64];
        SEC("raw_tp/sys_enter") int on_call(void *ctx)
        {
            struct task_struct *task = (void *)bpf_get_current_task();
            struct file *file = (void *)ctx;
            out[0] = BPF_CORE_READ(task, pid);
            out[1] = BPF_CORE_READ(task, group_leader, mm, start_stack);
            out[2] = BPF_CORE_READ(task, cred, uid.val);
            out[3] = BPF_CORE_READ_BITFIELD_PROBED(task, in_execve);
            out[4] = BPF_CORE_READ_BITFIELD_PROBED(task, sched_reset_on_fork);
            out[5] = bpf_core_field_exists(task->no_such_field);
            out[6] = bpf_core_field_exists(task->comm[3]);
            out[7] = bpf_core_field_size(task->comm);
            out[8] = bpf_core_field_offset(task->comm[5]);
            out[9] = bpf_core_field_exists(((struct task_struct___new *)task)->__state);
            if (bpf_core_field_exists(((struct task_struct___old *)task)->state))
                out[10] = BPF_CORE_READ((struct task_struct___old *)task, state);
            else
                out[10] = BPF_CORE_READ((struct task_struct___new *)task, __state);
            out[11] = bpf_core_type_exists(struct task_struct) + bpf_core_type_exists(struct no_such_struct) * 2;
            out[12] = bpf_core_type_size(struct task_struct);
            out[13] = bpf_core_type_size(struct no_such_struct);
            out[14] = bpf_core_enum_value(enum pid_type, PIDTYPE_SID);
            out[15] = bpf_core_enum_value_exists(enum pid_type, PIDTYPE_NONE);
            out[16] = bpf_core_enum_value_exists(enum no_such_enum, NO_SUCH_VALUE);
            out[17] = bpf_core_type_exists(gfp_t);
            out[18] = bpf_core_field_offset(file->f_flags);
            out[19] = bpf_core_type_size(union bpf_attr___mine);
            out[20] = bpf_core_type_id_local(struct task_struct) != 0;
            out[21] = bpf_core_type_id_kernel(struct task_struct);
            out[22] = bpf_core_field_offset(((union bpf_attr___mine *)ctx)->value_size);
            return 0;
        }
        char LICENSE[] SEC("license") = "GPL";
        """;

    private const string Pragma = "#pragma clang attribute push (__attribute__((preserve_access_index)), apply_to = record)\n";

    private static readonly Lazy<BtfTypes> Kernel = new(() => BtfTypes.Read(File.ReadAllBytes("/sys/kernel/btf/vmlinux")));

    [TheoryNeeding(Needs.Clang19 | Needs.Clang14 | Needs.Clang16 | Needs.KernelThroughBpftool)]
    [InlineData("clang-14", "v2")]
    [InlineData("clang-16", "v3")]
    [InlineData("clang-19", "v3")]
    [InlineData("clang-19", "v4")]
    public void An_object_is_fitted_to_this_kernel_as_libbpf_does_it(string compiler, string cpu)
    {
        byte[] elf = Clang.Compile(OfTheKernel, compiler, cpu, "-Wno-unused");
        using var kernel = new KernelLoad(elf);

        Program ours = BpfObject.Read(elf, Kernel.Value).Untyped.Single().AsMemory(0);

        Assert.Equal(kernel.Program("on_call").GetProperty("tag").GetString(), ProgramTag.Compute(ours, KernelLoad.Tag));
    }

    [TheoryNeeding(Needs.Clang19)]
    [InlineData("int a; int b;", "int pad[3]; int b;", "b", MemorySize.Word, 12)]
    [InlineData("int a; int b;", "struct { long c; union { int b; long d; }; };", "b", MemorySize.Word, 8)]
    [InlineData("unsigned a; unsigned b;", "unsigned a; unsigned long b;", "b", MemorySize.DoubleWord, 8)]
    [InlineData("unsigned a; unsigned long b;", "unsigned short b;", "b", MemorySize.HalfWord, 0)]
    [InlineData("int a; int b[4];", "long z; int b[9];", "b[2]", MemorySize.Word, 16)]
    [InlineData("int a; struct { int x; int y; } b;", "int pad; struct { int y; } b;", "b.y", MemorySize.Word, 4)]
    public void A_load_moves_with_its_field(string local, string target, string field, MemorySize size, int offset)
    {
        Program program = Fit(local, target, $"return ((struct it *)(long)ctx->data)->{field};");

        Instruction load = program.Code.Last(instruction => instruction.Opcode is { IsMemory: true, Class: InstructionClass.LoadX });
        Assert.Equal((size, offset), (load.Opcode.Size, load.Offset));
    }

    [FactNeeding(Needs.Clang19)]
    public void A_load_of_a_missing_field_becomes_a_call_that_no_verifier_accepts()
    {
        Program program = Fit("int a; int b;", "int a;", "return ((struct it *)(long)ctx->data)->b;");

        Assert.Contains(Instruction.CallHelper(0x0bad2310), program.Code);
    }

    [TheoryNeeding(Needs.Clang19)]
    [InlineData("int a; int b;", "int a; long b;", "xdp+0x8: CO-RE relocation FieldByteOffset of 'struct it' (0:1): the field's size changed, and it is signed or no number")]
    [InlineData("int a; int b;", "char pad[40000]; int b;", "xdp+0x8: CO-RE relocation FieldByteOffset of 'struct it' (0:1): offset 40000 is beyond what a load reaches.")]
    public void A_field_that_no_load_can_follow_is_refused(string local, string target, string message) =>
        Assert.StartsWith(message, Assert.Throws<ObjectFormatException>(() => Fit(local, target, "return ((struct it *)(long)ctx->data)->b;")).Message);

    [FactNeeding(Needs.Clang19)]
    public void Two_types_of_one_name_that_differ_are_refused()
    {
        BtfTypes target = TypesOf("struct it___first { int a; int b; } first; struct it___second { int b; int a; } second;");
        byte[] elf = Clang.Compile(PacketSources.With(Pragma + "struct it { int a; int b; };\n#pragma clang attribute pop", "return ((struct it *)(long)ctx->data)->b;"));

        Assert.EndsWith("two types of that name have the field in different places.", Assert.Throws<ObjectFormatException>(() => BpfObject.Read(elf, target)).Message);
    }

    [FactNeeding(Needs.Clang19)]
    public void Without_a_target_an_object_that_needs_one_is_refused_by_type_and_field()
    {
        byte[] elf = Clang.Compile(PacketSources.With(Pragma + "struct it { int a; int b; };\n#pragma clang attribute pop", "return ((struct it *)(long)ctx->data)->b;"));

        var error = Assert.Throws<ObjectContractException>(() => BpfObject.Read(elf));

        Assert.Equal(
            ("FieldByteOffset of 'struct it' (0:1)", "xdp: Instruction 1 has the CO-RE relocation FieldByteOffset of 'struct it' (0:1): which types it is for has to be said, and was not."),
            (error.Subject, error.Message));
    }

    [FactNeeding(Needs.Clang19)]
    public void Types_of_the_object_itself_need_no_target()
    {
        byte[] elf = Clang.Compile(PacketSources.With("#include <bpf/bpf_core_read.h>\nstruct it { int a; };", "return bpf_core_type_id_local(struct it);"));

        BpfObject found = BpfObject.Read(elf);

        int number = found.Programs.Single().Code.First(instruction => instruction.IsWide || instruction.Immediate != 0).Immediate;
        Assert.Equal("it", found.Types[number].Name);
    }

    [FactNeeding(Needs.Clang19)]
    public void A_split_target_goes_on_from_its_base()
    {
        BtfTypes below = TypesOf("struct other { int x; } other;");
        int number = below.Count;
        BtfTypes target = BtfTypes.Read(
            BtfTypes.Write(
            [
                new BtfInt("int", 4, BtfIntEncoding.Signed, 32),
                new BtfComposite("it", BtfCompositeKind.Struct, 24, [new BtfMember("b", number, 160)]),
            ], below),
            below);

        byte[] elf = Clang.Compile(PacketSources.With(Pragma + "struct it { int a; int b; };\n#pragma clang attribute pop", "return ((struct it *)(long)ctx->data)->b;"));

        Assert.Contains(BpfObject.Read(elf, target).Programs.Single().Code, instruction => instruction is { Offset: 20, Opcode.Class: InstructionClass.LoadX });
    }

    [FactNeeding(Needs.Clang19)]
    public void Matching_looks_inside_types_where_existing_does_not()
    {
        const string declarations = """
            #include <bpf/bpf_core_read.h>
            struct it { int a; struct inner { short s; } *p; };
            """;
        // It matches with more members, and behind pointers whatever they point to; not with another type of a member.
        Assert.Equal((1, 1), Answers("struct it { long more; int a; struct inner { long other; } *p; } it;"));
        Assert.Equal((0, 1), Answers("struct it { long a; struct inner { short s; } *p; } it;"));
        Assert.Equal((0, 1), Answers("struct it { int a; } it;"));
        Assert.Equal((0, 0), Answers("struct other { int a; } it;"));

        (int Matches, int Exists) Answers(string target) =>
            (Answer(target, "__builtin_preserve_type_info(*(struct it *)0, BPF_TYPE_MATCHES)"), Answer(target, "bpf_core_type_exists(struct it)"));

        static int Answer(string target, string question) =>
            BpfObject.Read(Clang.Compile(PacketSources.With(declarations, $"return {question};")), TypesOf(target)).Programs.Single().Code[0].Immediate;
    }

    private static Program Fit(string local, string target, string body)
    {
        byte[] elf = Clang.Compile(PacketSources.With($"{Pragma}struct it {{ {local} }};\n#pragma clang attribute pop", body));
        return BpfObject.Read(elf, TypesOf($"struct it {{ {target} }} it;")).Programs.Single();
    }

    private static BtfTypes TypesOf(string declarations) =>
        BtfTypes.Read(ElfFile.Read(Clang.Compile(declarations)).Find(".BTF")!.Memory.ToArray());
}
