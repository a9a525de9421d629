using NearData.Isa.Objects;
using NearData.TestSupport;

namespace NearData.Isa.Tests.Objects;

/// <summary>What a compiler accepts and the contract doesn't: each with the message that its author sees.</summary>
public sealed class RefusalTests
{
    [TheoryNeeding(Needs.Clang19)]
    [InlineData("float f;", "Field row.f of type 'float': fields have the types __s8 to __s64, __u8 to __u64, bool, __int128, nd_f64 and struct nd_str, or ND_NULLABLE of one.")]
    [InlineData("__s32 many[4];", "Field row.many of type '__s32[4]': fields have")]
    [InlineData("const char *p;", "Field row.p of type 'const char *': fields have")]
    [InlineData("enum color { RED } c;", "Field row.c of type 'enum color': fields have")]
    [InlineData("unsigned __int128 wide;", "Field row.wide of type 'unsigned __int128': fields have")]
    [InlineData("struct { __s64 value; __u8 valid; } n;", "Field row.n of type 'struct': fields have")]
    [InlineData("struct { __s64 inner; };", "Field row.(anonymous) of type 'struct': fields have")]
    [InlineData("struct { } none;", "Field row.none of type 'struct': a struct without members.")]
    [InlineData("struct { struct { __u64 one : 3; } deep; } s;", "Field .one of type '__u64': bit fields aren't supported.")]
    [InlineData("union { __s64 x; __u8 y; } u;", "Field row.u of type 'union': fields have")]
    [InlineData("__u32 low : 3, high : 29;", "Field row.low of type '__u32': bit fields aren't supported.")]
    [InlineData("ND_NULLABLE(float) f;", "Field row.f of type 'struct': the tag nd:nullable belongs on a struct of a value (")]
    [InlineData("__u8 first; __s64 odd __attribute__((packed));", "Field row.odd of type '__s64': byte 9 of 24 isn't a place of its own with natural alignment.")]
    public void A_field_that_no_column_can_be_bound_to_is_refused_by_name(string member, string message) =>
        Refuses($$"""
            #include <neardata.h>
            struct row { __s64 a; {{member}} };
            SEC("filter") int keep(const struct row *r) { return r->a > 0; }
            """, ".BTF: " + message);

    [TheoryNeeding(Needs.Clang19)]
    [InlineData("__s64 total SEC(\".bss.results\");", "total", "Result 'total': it has no merge; write one of ND_SUM, ND_MIN, ND_MAX, ND_OR, ND_AND after its name.")]
    [InlineData("struct { __s64 a ND_SUM; __s64 b; } r SEC(\".bss.results\");", "b", "Result 'b': it has no merge; write one of")]
    [InlineData("__s64 total ND_SUM ND_MIN SEC(\".bss.results\");", "total", "Result 'total': it has nd:sum and nd:min; write one of")]
    [InlineData("__s64 total __attribute__((btf_decl_tag(\"nd:avg\"))) SEC(\".bss.results\");", "total", "Result 'total': tag nd:avg is unknown; write one of")]
    [InlineData("__s32 total ND_SUM SEC(\".bss.results\");", "total", "Result 'total': a sum is 64 bits wide; '__s32' has 32.")]
    [InlineData("double total ND_SUM SEC(\".bss.results\");", "total", "Result 'total': a sum of doubles is exact, which nd_f64 can't hold: declare it nd_f64_sum")]
    [InlineData("__s64 many[2] ND_SUM SEC(\".bss.results\");", "many", "Result 'many': type '__s64[2]' can't be merged; results have the types")]
    [InlineData("struct { __s64 n ND_SUM; } a SEC(\".bss.results\"), b SEC(\".bss.results\");", "n", "Result 'n': the name is used twice.")]
    [InlineData("struct { __u32 n : 4 ND_MAX; } a SEC(\".bss.results\");", "n", "Result 'n': bit fields aren't supported.")]
    public void A_result_that_cannot_be_merged_is_refused_by_name(string declaration, string subject, string message) =>
        Assert.Equal(subject, Refuses(Sources.With(declaration), ".bss.results: " + message).Subject);

    [TheoryNeeding(Needs.Clang19)]
    [InlineData("const volatile float ratio;", "Parameter 'ratio' of type 'const volatile float': parameters have the types __s8 to __s64, __u8 to __u64, bool and nd_f64, or are arrays of char; a constant of another type is static.")]
    [InlineData("const volatile __s32 days[2];", "Parameter 'days' of type '")]
    [InlineData("const volatile struct { __s32 a; } both;", "Parameter 'both' of type 'const volatile struct': parameters have")]
    public void A_parameter_that_can_t_be_given_is_refused_by_name(string declaration, string message) =>
        Refuses(Sources.With(declaration), ".rodata: " + message);

    [TheoryNeeding(Needs.Clang19)]
    [InlineData(
        "__uint(type, 9); __uint(max_entries, 4); __type(key, __u32); __type(value, __u64);",
        "a query has no LruHash maps; known: Hash (1), Array (2), LpmTrie (11), Groups (10000).")]
    [InlineData("__uint(type, 7); __uint(max_entries, 4); __type(key, __u32); __type(value, __u64);", "maps of type 7 aren't supported; known: Hash (1), Array (2), ")]
    [InlineData("__uint(max_entries, 4); __type(key, __u32); __type(value, __u64);", "maps of type 0 aren't supported; known: Hash (1)")]
    [InlineData("__uint(type, 2); __uint(max_entries, 4); __type(key, __u64); __type(value, __u64);", "key_size is 8; Array maps have 4.")]
    [InlineData("__uint(type, 2); __type(key, __u32); __type(value, __u64);", "max_entries is 0.")]
    [InlineData("__uint(type, 2); __uint(max_entries, 4); __type(key, __u32);", "value_size is 0; Array maps have 1 to 2147483647.")]
    [InlineData("__uint(type, 11); __uint(max_entries, 4); __uint(key_size, 4); __type(value, __u64);", "key_size is 4; LpmTrie maps have 5 to 260.")]
    [InlineData("__uint(type, 14); __uint(max_entries, 4); __uint(key_size, 4); __uint(value_size, 6);", "value_size is 6; DevMap maps have 4 or 8.")]
    [InlineData("__uint(type, 27); __uint(max_entries, 4096); __type(value, __u64);", "value_size is 8; RingBuffer maps have 0.")]
    [InlineData("__uint(type, 2); __uint(max_entries, 4); __type(key, __u32); __type(value, __u64); __uint(flags, 1);", "member 'flags' of type 'int[1] *' isn't supported; known: type, key, value, key_size, value_size, max_entries, map_flags,")]
    [InlineData("__uint(type, 2); __uint(max_entries, 4); __type(key, __u32); __type(value, __u64); __uint(value_size, 4);", "it gives value_size as 8 and as 4.")]
    [InlineData("__uint(type, 2); __uint(max_entries, 4); __type(key, __u32); __type(value, void);", "type 'void' has no size.")]
    [InlineData("__uint(type, 2); __uint(max_entries, 4); __type(key, __u32); __type(value, __u32); void (*values[])(void);", "values of type 'function' don't belong to a Array map; maps of maps and program arrays have them.")]
    public void A_map_that_no_query_can_have_is_refused_by_name(string members, string message) =>
        Refuses(Sources.With($"struct {{ {members} }} table SEC(\".maps\");"), $".maps: Map 'table': {message}");

    [TheoryNeeding(Needs.Clang19)]
    [InlineData("SEC(\"xdp\") int other(const struct row *r) { return r->a > 1; }", "xdp: A program section of this name has no meaning in a query; known: filter, reduce, emit, buffer, .text.")]
    [InlineData("SEC(\"?reduce\") int other(const struct row *r) { return r->a > 1; }", "?reduce: A program section of this name has no meaning in a query; known:")]
    [InlineData("SEC(\"filter\") int other(const struct row *r) { return r->a > 1; }", "filter: The section has 'other' and 'keep'; one program is allowed.")]
    [InlineData("struct r2 { __s64 z; }; SEC(\"reduce\") int add(const struct r2 *r) { return r->z > 1; }", "reduce: 'keep' takes struct row, but 'add' takes struct r2; all programs of an object take the same row.")]
    [InlineData("SEC(\"reduce\") int add(void) { return 0; }", "reduce: Function 'add' takes (); a reduce program takes one pointer to a row: const struct row *.")]
    [InlineData("SEC(\"reduce\") int add(__s64 a) { return a > 0; }", "reduce: Function 'add' takes (__s64); a reduce program takes one pointer to a row: const struct row *.")]
    [InlineData("SEC(\"reduce\") long add(const struct row *r) { return r->a; }", "reduce: Function 'add' returns 'long'; a reduce program returns int.")]
    [InlineData("SEC(\"reduce\") void add(const struct row *r) { (void)r; }", "reduce: Function 'add' returns 'void'; a reduce program returns int.")]
    [InlineData("__s64 stray SEC(\".bss.result\");", ".bss.result: Data in a section of this name has no meaning in a query; known: .rodata, .bss.results, .data, .bss, .maps.")]
    [InlineData("struct { __u32 a; } m SEC(\"maps\");", "maps: A query declares its maps in .maps, with __uint and __type; this is the old form.")]
    [InlineData("__s64 number = 4; __s64 *address = &number;", ".data: Byte 8 holds the address of 'number'; addresses in data aren't supported.")]
    [InlineData("__u8 huge[1ul << 40];", ".bss: Data and maps take 2147483647 bytes or more together; 67108864 are allowed.")]
    public void What_has_no_meaning_is_refused_by_name(string declaration, string message) =>
        Refuses(Sources.With(declaration), message);

    [TheoryNeeding(Needs.Clang19)]
    [InlineData("extern const __s32 CONFIG_HZ __attribute__((section(\".kconfig\")));", "return r->a > CONFIG_HZ;", ".kconfig: 'CONFIG_HZ' is extern; kernel variables, configuration and functions of other files aren't there.")]
    [InlineData("extern int bpf_kernel_function(__s64 a) __attribute__((section(\".ksyms\")));", "return bpf_kernel_function(r->a);", ".ksyms: 'bpf_kernel_function' is extern;")]
    [InlineData("extern __s64 elsewhere;", "return r->a > elsewhere;", "symbols: 'elsewhere' is extern;")]
    [InlineData("struct moved { __s64 x; } __attribute__((preserve_access_index));", "return ((const struct moved *)r)->x > 2;", "filter: Instruction 0 has the CO-RE relocation FieldByteOffset of 'struct moved' (0:0): which types it is for has to be said, and was not.")]
    public void What_is_not_in_the_object_itself_is_refused_by_name(string declaration, string filter, string message) =>
        Refuses(Sources.With(declaration, filter), message);

    [FactNeeding(Needs.Clang19)]
    public void An_object_without_types_says_which_option_is_missing()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("neardata-refusal-");
        try
        {
            string source = Path.Combine(folder.FullName, "a.c");
            string output = Path.Combine(folder.FullName, "a.o");
            File.WriteAllText(source, Sources.With(""));
            Clang.Run("clang-19", "-O2", "-target", "bpf", "-I", Path.Combine(Ground.Repository, "vm/include"), "-c", source, "-o", output);

            var error = Assert.Throws<ObjectContractException>(() => BpfObject.Read(File.ReadAllBytes(output)));

            Assert.Equal(".BTF: The object has no types; compile it with -g.", error.Message);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [FactNeeding(Needs.Clang19)]
    public void An_object_without_a_program_says_which_sections_are_missing() =>
        Refuses("#include <neardata.h>\n__s64 total ND_SUM SEC(\".bss.results\");", "section headers: The object has no program: no section of code with a function in it.");

    private static ObjectContractException Refuses(string source, string message)
    {
        byte[] elf = Clang.Compile(source);
        var error = Assert.Throws<ObjectContractException>(() => BpfObject.Read(elf));
        Assert.StartsWith(message, error.Message);
        return error;
    }
}
