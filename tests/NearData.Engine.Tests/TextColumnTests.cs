using System.Globalization;
using NearData.Engine.Binding;
using NearData.Engine.Execution;
using NearData.TestSupport;

namespace NearData.Engine.Tests;

/// <summary>Columns of text and bytes in C programs, held against DuckDB over a file that DuckDB wrote.</summary>
public sealed class TextColumnTests(TextTable shared) : IClassFixture<TextTable>
{
    private ColumnsInPrograms Table => shared.Table;

    [TheoryNeeding(Needs.Clang19 | Needs.Node)]
    [InlineData("mode = 'AIR'", "nd_str_eq(r->mode, ND_TEXT(\"AIR\"))")]
    [InlineData("mode IN ('MAIL', 'SHIP')", "nd_str_eq(r->mode, ND_TEXT(\"MAIL\")) || nd_str_eq(r->mode, ND_TEXT(\"SHIP\"))")]
    [InlineData("mode >= 'MAIL' AND mode < 'größe'", "nd_str_cmp(r->mode, ND_TEXT(\"MAIL\")) >= 0 && nd_str_cmp(r->mode, ND_TEXT(\"größe\")) < 0")]
    [InlineData("mode LIKE 'gr__e'", "nd_str_like(r->mode, ND_TEXT(\"gr__e\"))")]
    [InlineData("other = mode", "r->other.valid && nd_str_eq(r->other.value, r->mode)")]
    [InlineData("other IS NULL", "!r->other.valid")]
    [InlineData("other LIKE '%AIR'", "r->other.valid && nd_str_like(r->other.value, ND_TEXT(\"%AIR\"))")]
    [InlineData("comment LIKE '%special%requests'", "nd_str_like(r->comment, ND_TEXT(\"%special%requests\"))")]
    [InlineData("comment NOT LIKE '%1%special special%'", "!nd_str_like(r->comment, ND_TEXT(\"%1%special special%\"))")]
    [InlineData("comment LIKE 'xrow 9%' ESCAPE 'x'", "nd_str_like_escape(r->comment, ND_TEXT(\"xrow 9%\"), 'x')")]
    [InlineData("contains(comment, '77')", "nd_str_contains(r->comment, ND_TEXT(\"77\"))")]
    [InlineData("starts_with(comment, 'row 9')", "nd_str_starts(r->comment, ND_TEXT(\"row 9\"))")]
    [InlineData("suffix(comment, 'l requests')", "nd_str_ends(r->comment, ND_TEXT(\"l requests\"))")]
    [InlineData("hash > 'f'", "r->hash.valid && nd_str_cmp(r->hash.value, ND_TEXT(\"f\")) > 0")]
    [InlineData("hash[3] = 'a'", "r->hash.value.len > 2 && r->hash.value.data[2] == 'a'")]
    [InlineData("bytes = 'b42'::BLOB", "nd_str_eq(r->bytes, ND_TEXT(\"b42\"))")]
    [InlineData("octet_length(bytes) = 2", "r->bytes.len == 2")]
    public async Task A_condition_keeps_the_rows_that_DuckDB_s_does(string sql, string c)
    {
        ExecutionAnswer answer = await Table.RunAsync(
            $$"""
            struct t { struct nd_str mode, comment, bytes; ND_NULLABLE(struct nd_str) other, hash; };
            struct { __u64 rows ND_SUM; } result SEC(".bss.results");
            SEC("filter") int keep(const struct t *r) { return {{c}}; }
            SEC("reduce") int add(const struct t *r) { (void)r; result.rows += 1; return 0; }
            """);
        string rows = answer.Results[0].Value.ToString(CultureInfo.InvariantCulture);
        Assert.Equal(Table.Ask($"SELECT count(*) FROM t WHERE {sql}").Single(), rows);
        Assert.NotEqual("0", rows);
    }

    [FactNeeding(Needs.Clang19 | Needs.Node)]
    public async Task A_column_of_text_with_nulls_needs_a_field_that_shows_them()
    {
        BindingException refused = await Assert.ThrowsAsync<BindingException>(() => Table.RunAsync(
            """
            struct t { struct nd_str other; };
            SEC("filter") int keep(const struct t *r) { return nd_str_eq(r->other, ND_TEXT("AIR")); }
            """));
        Assert.Equal(BindingFault.NullableColumn, refused.Fault);
        Assert.Contains("declare it ND_NULLABLE(struct nd_str)", refused.Message, StringComparison.Ordinal);
    }
}

/// <summary>One column with a dictionary, one with too many values for one, nulls in two, and bytes.</summary>
public sealed class TextTable : IDisposable
{
    private readonly Lazy<ColumnsInPrograms> _table = new(() =>
    {
        ColumnsInPrograms table = new();
        table.Write(
            """
            SELECT ['AIR', 'MAIL', 'SHIP', 'RAIL', 'größe', ''][1 + i % 6] AS mode,
                CASE WHEN i % 5 = 0 THEN NULL ELSE ['AIR', 'REG AIR', 'TRUCK'][1 + i % 3] END AS other,
                'row ' || (i * 7919 % 100003) || repeat(' special', i % 3) || ' requests' AS comment,
                CASE WHEN i % 7 = 0 THEN NULL ELSE md5(i::VARCHAR) END AS hash,
                encode('b' || (i % 100)) AS bytes
            FROM range(20000) AS r(i)
            """);
        return table;
    });

    public ColumnsInPrograms Table => _table.Value;

    public void Dispose()
    {
        if (_table.IsValueCreated)
        {
            _table.Value.Dispose();
        }
    }
}
